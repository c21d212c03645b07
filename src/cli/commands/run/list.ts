import { Option, type Command } from "commander";

import type { RunFilter, RunSummary } from "../../../client/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { parseCount } from "../../count.ts";
import { renderTable } from "../../table.ts";

const STATUSES = ["running", "succeeded", "failed", "cancelled", "timedOut"] as const;

export function createListCommand({ world, perform }: Invocation): Command {
  return createCommand("list", "List runs, newest first")
    .option("--pattern <name>", "only runs of this pattern")
    .option("--session <id>", "only runs of this session")
    .option("--label <label>", "only runs with this label")
    .addOption(new Option("--status <status>", "only runs with this status").choices(STATUSES))
    .option("--limit <count>", "at most so many", parseCount)
    .action((flags: RunFilter & JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const runs = await (await link.client()).list(flags);
          output.result(runs, renderRuns(runs));
          return 0;
        }),
      ),
    );
}

function renderRuns(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return "no runs";
  return renderTable(
    ["STATUS", "PATTERN", "STARTED", "ID"],
    runs.map((run) => [run.status, run.pattern, run.startedAt, run.workflowId]),
  );
}
