import type { Command } from "commander";

import { createCommand } from "../command.ts";
import type { Invocation, JsonFlag } from "../context.ts";
import type { DevFlags } from "../dev/dev-flags.ts";

export function createDevCommand({ world, perform }: Invocation): Command {
  return createCommand("dev", "Run everything on this machine: PostgreSQL, Temporal, a worker")
    .option("--examples", "register the patterns in examples/")
    .option("--demo", "run the example change-review on this folder and print its result")
    .option("--once", "exit after the demo; the last line of stdout is the run as JSON")
    .action((flags: JsonFlag & DevFlags) =>
      perform(flags, (output) => world.runDev(output, flags)),
    );
}
