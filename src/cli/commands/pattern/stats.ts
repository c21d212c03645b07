import type { Command } from "commander";

import { listClosedRuns } from "../../../client/index.ts";
import type { Statistics } from "../../../registry/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readMoment } from "../../hook/values.ts";
import { renderTable } from "../../table.ts";

interface StatsFlags extends JsonFlag {
  readonly since: string;
}

export function createStatsCommand({ world, perform }: Invocation): Command {
  return createCommand("stats", "Count the runs of patterns: how they ended, how long they took")
    .argument("[names...]", "patterns; default: all")
    .option("--since <moment>", "count what ended since and no worker has counted yet", "1d")
    .action((names: readonly string[], flags: StatsFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          // Workers count every minute; what ended after that is counted now.
          const since = readMoment("--since", flags.since, new Date());
          const { temporal } = await link.client();
          for (const run of await listClosedRuns(temporal, since)) await registry.recordRun(run);
          const asked =
            names.length > 0 ? names : (await registry.listPatterns()).map(({ name }) => name);
          const rows = await Promise.all(
            asked.map(async (name) => ({ name, ...(await registry.patternStatistics(name)) })),
          );
          output.result(rows, renderRuns(rows));
          return 0;
        }),
      ),
    );
}

function renderRuns(rows: readonly (Statistics & { readonly name: string })[]): string {
  if (rows.length === 0) return "no patterns";
  const seconds = (value: number | null): string => (value === null ? "-" : value.toFixed(3));
  return renderTable(
    ["PATTERN", "RUNS", "OK", "FAILED", "TIMED OUT", "MEAN S", "P50", "P95", "P99"],
    rows.map((one) => [
      one.name,
      String(one.count),
      String(one.success),
      String(one.failure),
      String(one.timeouts),
      ...[one.meanSeconds, one.p50Seconds, one.p95Seconds, one.p99Seconds].map(seconds),
    ]),
  );
}
