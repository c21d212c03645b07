import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn } from "./document.ts";
import { readStatistics, STATISTICS, type StatisticsRow } from "./statistics.ts";

type RunMethods = Pick<Registry, "recordRun" | "patternStatistics">;

export function createRunMethods(database: Database, tenant: string): RunMethods {
  return {
    async recordRun(run) {
      await database.query(INSERT, [
        toColumn(run.workflowId),
        toColumn(run.runId),
        toColumn(run.pattern),
        toColumn(run.version),
        run.succeeded,
        run.seconds,
        tenant,
        run.timedOut ?? false,
      ]);
    },
    async patternStatistics(name) {
      return readStatistics(
        await database.query<StatisticsRow>(STATISTICS_OF, [tenant, toColumn(name)]),
      );
    },
  };
}

const INSERT = `
  insert into heddle.closed_runs (workflow_id, run_id, pattern, version, succeeded, seconds, tenant, timed_out)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (workflow_id, run_id) do nothing`;

const STATISTICS_OF = `
  select ${STATISTICS} from heddle.closed_runs where tenant = $1 and pattern = $2`;
