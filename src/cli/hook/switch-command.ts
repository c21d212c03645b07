import type { Command } from "commander";

import { createCommand } from "../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../context.ts";

/** `hook enable` and `hook disable`: runs that began before keep the hooks they began with. */
export function createSwitchCommand(
  { world, perform }: Invocation,
  { verb, enabled }: { readonly verb: string; readonly enabled: boolean },
): Command {
  const state = enabled ? "enabled" : "disabled";
  return createCommand(verb, `Let registered hooks be ${state}, for runs that begin from now on`)
    .argument("<names...>", "names of registered hooks")
    .action((names: readonly string[], flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          for (const name of names) {
            const hook = await registry.setHookEnabled(name, enabled);
            output.result({ name, enabled: hook.enabled }, `${name} is ${state}`);
          }
          return 0;
        }),
      ),
    );
}
