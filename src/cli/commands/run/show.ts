import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { reportRun } from "../../run/follow.ts";
import { renderReport } from "../../run/report-text.ts";

export function createShowCommand({ world, perform }: Invocation): Command {
  return createCommand("show", "Show how a run stands: steps, hooks, output")
    .argument("<id>", "workflow id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          await link.registry();
          const report = await reportRun((await link.client()).run(id), output);
          output.result(report, renderReport(report, Date.now()));
          return 0;
        }),
      ),
    );
}
