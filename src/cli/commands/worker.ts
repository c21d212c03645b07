import type { Command } from "commander";

import { createCommand } from "../command.ts";
import type { Invocation, JsonFlag } from "../context.ts";

export function createWorkerCommand({ world, perform }: Invocation): Command {
  return createCommand("worker", "Run a worker against the servers that the settings name")
    .option("--task-queue <name>", "also poll this queue for steps (repeatable)", collect)
    .action((flags: JsonFlag & { readonly taskQueue?: readonly string[] }) =>
      perform(flags, (output) => world.runWorker(output, flags.taskQueue ?? [])),
    );
}

function collect(queue: string, before: readonly string[] = []): readonly string[] {
  return [...before, queue];
}
