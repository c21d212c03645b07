import type { Statistics } from "../registry.ts";

/** Aggregates over rows of (succeeded, seconds). */
export const STATISTICS = `
  count(*)::integer as count,
  (count(*) filter (where succeeded))::integer as success,
  avg(seconds) as mean_seconds,
  percentile_disc(0.95) within group (order by seconds) as p95_seconds`;

export interface StatisticsRow {
  readonly count: number;
  readonly success: number;
  readonly mean_seconds: number | null;
  readonly p95_seconds: number | null;
}

export function readStatistics([row]: readonly StatisticsRow[]): Statistics {
  const { count = 0, success = 0, mean_seconds = null, p95_seconds = null } = row ?? {};
  return {
    count,
    success,
    failure: count - success,
    meanSeconds: mean_seconds,
    p95Seconds: p95_seconds,
  };
}
