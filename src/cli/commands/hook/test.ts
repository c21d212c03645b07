import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";

interface TestFlags extends JsonFlag {
  readonly event: readonly string[];
  readonly cwd?: string;
}

export function createTestCommand({ world, perform }: Invocation): Command {
  return createCommand("test", "Fire events at Claude Code configurations and see what happens")
    .argument("<configs...>", "settings files, or a plugin's hooks/hooks.json; merged into one")
    .requiredOption(
      "--event <files...>",
      "events as JSON files, in order, as one session; - for stdin",
    )
    .option("--cwd <dir>", "root of the project; default: the current folder")
    .action((configs: readonly string[], flags: TestFlags) =>
      perform(flags, (output) =>
        world.testHooks(output, {
          configs,
          events: flags.event,
          ...(flags.cwd === undefined ? {} : { cwd: flags.cwd }),
        }),
      ),
    );
}
