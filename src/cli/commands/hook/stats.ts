import { Option, type Command } from "commander";

import type { GroupStatistics } from "../../../registry/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { canonicalPoint } from "../../hook/read-registrations.ts";
import { readMoment } from "../../hook/values.ts";
import { renderTable } from "../../table.ts";

interface StatsFlags extends JsonFlag {
  readonly by: "hook" | "point";
  readonly hook?: string;
  readonly point?: string;
  readonly since?: string;
}

export function createStatsCommand({ world, perform }: Invocation): Command {
  return createCommand("stats", "Count what hooks did, and how long they took")
    .addOption(
      new Option("--by <group>", "one line per").choices(["hook", "point"]).default("hook"),
    )
    .option("--hook <name>", "only this hook")
    .option("--point <point>", "only at this point, or what this alias stands for")
    .option("--since <moment>", "only what started since: a date, or so long ago as 2h")
    .action((flags: StatsFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { hook, point, since } = flags;
          const statistics = await (
            await link.registry()
          ).hookStatisticsBy(flags.by, {
            ...(hook === undefined ? {} : { hook }),
            ...(point === undefined ? {} : { point: canonicalPoint(point) }),
            ...(since === undefined ? {} : { since: readMoment("--since", since, new Date()) }),
          });
          output.result(statistics, renderStatistics(statistics, flags.by));
          return 0;
        }),
      ),
    );
}

function renderStatistics(statistics: readonly GroupStatistics[], by: "hook" | "point"): string {
  if (statistics.length === 0) return "no hook ran";
  const ms = (seconds: number | null): string =>
    seconds === null ? "-" : String(Math.round(seconds * 10_000) / 10);
  return renderTable(
    [by.toUpperCase(), "COUNT", "OK", "FAILED", "TIMEOUTS", "MEAN MS", "P50", "P95", "P99"],
    statistics.map((one) => [
      one.name,
      String(one.count),
      String(one.success),
      String(one.failure),
      String(one.timeouts),
      ...[one.meanSeconds, one.p50Seconds, one.p95Seconds, one.p99Seconds].map(ms),
    ]),
  );
}
