import type { GroupStatistics, Statistics } from "../ledger.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn } from "./document.ts";

type StatisticsMethods = Pick<Registry, "hookStatistics" | "hookStatisticsBy">;

/** Of hook executions. Timeouts count as failures; what was skipped did not run and is not counted. */
export function createStatisticsMethods(database: Database, tenant: string): StatisticsMethods {
  return {
    async hookStatistics(hook) {
      const values = [tenant, toColumn(hook), null, null];
      return readStatistics(await database.query<StatisticsRow>(OF_HOOKS, values));
    },
    async hookStatisticsBy(group, { hook, point, since } = {}) {
      const values = [tenant, toColumn(hook), toColumn(point), since];
      const rows = await database.query<StatisticsRow & { readonly name: string }>(
        BY_GROUP[group],
        values,
      );
      return rows.map((row): GroupStatistics => ({ name: row.name, ...readStatistics([row]) }));
    },
  };
}

/** Aggregates over rows of (succeeded, timed_out, seconds). */
export const STATISTICS = `
  count(*)::integer as count,
  (count(*) filter (where succeeded))::integer as success,
  (count(*) filter (where timed_out))::integer as timeouts,
  avg(seconds) as mean_seconds,
  percentile_disc(array[0.5, 0.95, 0.99]) within group (order by seconds) as percentiles`;

export interface StatisticsRow {
  readonly count: number;
  readonly success: number;
  readonly timeouts: number;
  readonly mean_seconds: number | null;
  readonly percentiles: readonly number[] | null;
}

const NOTHING: StatisticsRow = {
  count: 0,
  success: 0,
  timeouts: 0,
  mean_seconds: null,
  percentiles: null,
};

export function readStatistics([row = NOTHING]: readonly StatisticsRow[]): Statistics {
  const [p50 = null, p95 = null, p99 = null] = row.percentiles ?? [];
  return {
    count: row.count,
    success: row.success,
    failure: row.count - row.success,
    timeouts: row.timeouts,
    meanSeconds: row.mean_seconds,
    p50Seconds: p50,
    p95Seconds: p95,
    p99Seconds: p99,
  };
}

const COUNTED = `
  select hook, point, status = 'completed' as succeeded, status = 'timeout' as timed_out, duration_ms / 1000 as seconds
  from heddle.hook_executions
  where tenant = $1 and status <> 'skipped'
    and ($2::text is null or hook = $2)
    and ($3::text is null or point = $3)
    and ($4::timestamptz is null or started_at >= $4)`;

const OF_HOOKS = `select ${STATISTICS} from (${COUNTED}) counted`;

const BY_GROUP = {
  hook: `select hook as name, ${STATISTICS} from (${COUNTED}) counted group by hook order by hook`,
  point: `select point as name, ${STATISTICS} from (${COUNTED}) counted group by point order by point`,
} as const;
