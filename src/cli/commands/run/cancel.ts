import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";

export function createCancelCommand({ world, perform }: Invocation): Command {
  return createCommand("cancel", "Cancel a run; what it did is compensated")
    .argument("<id>", "workflow id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          await run.cancel();
          output.result(
            { workflowId: id, requested: true },
            `asked ${id} to cancel\nsee ${run.url}`,
          );
          return 0;
        }),
      ),
    );
}
