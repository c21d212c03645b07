import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { exitCodeOfRun, followRun, reportRun } from "../../run/follow.ts";
import { renderReport } from "../../run/report-text.ts";

export function createWatchCommand({ world, perform }: Invocation): Command {
  return createCommand("watch", "Follow a run until it ends")
    .argument("<id>", "workflow id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          await run.current();
          const outcome = await followRun(run, output);
          const report = await reportRun(run, output, outcome);
          output.result(report, renderReport(report, Date.now()));
          return exitCodeOfRun(report);
        }),
      ),
    );
}
