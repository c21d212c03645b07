import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { exitCodeOfRun } from "../../run/follow.ts";

export function createResultCommand({ world, perform }: Invocation): Command {
  return createCommand("result", "Wait for a run's end and print its output")
    .argument("<id>", "workflow id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          await run.current();
          const outcome = await run.outcome();
          const { error } = outcome;
          if (error !== undefined)
            output.note(`${outcome.status}: ${error.type}: ${error.message}`);
          output.result(
            { workflowId: id, ...outcome },
            JSON.stringify(outcome.output, undefined, 2),
          );
          return exitCodeOfRun(outcome);
        }),
      ),
    );
}
