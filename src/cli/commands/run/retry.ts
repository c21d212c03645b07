import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { describe, who } from "./orders.ts";

interface RetryFlags extends JsonFlag {
  readonly reason?: string;
  readonly by?: string;
}

export function createRetryCommand({ world, perform }: Invocation): Command {
  return createCommand("retry", "Run a step of a running run again, or a closed run as a whole")
    .argument("<id>", "workflow id")
    .argument(
      "[step]",
      "the step, or one instance of it: build, build[3]; without it: the closed run",
    )
    .option("--reason <text>", "why; the run's report keeps it")
    .option("--by <name>", "who decides")
    .action((id: string, step: string | undefined, flags: RetryFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          if (step !== undefined) {
            const answer = await run.retryStep({ step, ...who(flags) });
            output.result({ workflowId: id, ...answer }, describe(answer));
            return 0;
          }
          const again = await run.again(flags.reason);
          const how =
            again.how === "reset"
              ? `again from ${again.step ?? "the failed step"}; what had succeeded is kept`
              : "again from its beginning, with the same input";
          output.result(again, `${id} runs ${how}\nsee ${run.url}`);
          return 0;
        }),
      ),
    );
}
