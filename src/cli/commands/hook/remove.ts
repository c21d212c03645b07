import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import type { ExitCode } from "../../exit-code.ts";

export function createRemoveCommand({ world, perform }: Invocation): Command {
  return createCommand("remove", "Remove registered hooks; what they did stays in the ledger")
    .argument("<names...>", "names of registered hooks")
    .action((names: readonly string[], flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          let exitCode: ExitCode = 0;
          for (const name of names) {
            const removed = await registry.removeHook(name);
            if (!removed) exitCode = 1;
            output.result(
              { name, removed },
              removed ? `${name} is removed` : `${name} is not registered`,
            );
          }
          return exitCode;
        }),
      ),
    );
}
