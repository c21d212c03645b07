import type { ErrorInfo, JsonValue } from "../../core/index.ts";
import type { Outcome } from "../../hooks/index.ts";
import { checkLimit } from "../refusals.ts";
import type { HookExecution, Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn, toJsonColumn } from "./document.ts";
import { readStatistics, STATISTICS, type StatisticsRow } from "./statistics.ts";

type ExecutionMethods = Pick<
  Registry,
  "recordHookExecution" | "findHookExecution" | "listHookExecutions" | "hookStatistics"
>;

export const RECORD_LIMIT = 100;

export function createExecutionMethods(database: Database): ExecutionMethods {
  async function findHookExecution(executionId: string): Promise<HookExecution | undefined> {
    const [row] = await database.query<ExecutionRow>(SELECT_ONE, [toColumn(executionId)]);
    return row === undefined ? undefined : readExecution(row);
  }

  return {
    findHookExecution,

    async recordHookExecution(execution) {
      const [row] = await database.query<ExecutionRow>(INSERT, writeExecution(execution));
      if (row !== undefined) return readExecution(row);
      // Only retention can have removed the earlier record between the two statements; then ours is as good.
      return (await findHookExecution(execution.executionId)) ?? execution;
    },

    async listHookExecutions(filter = {}) {
      const { hook, point, workflowId, session, status, limit = RECORD_LIMIT } = filter;
      checkLimit(limit);
      const rows = await database.query<ExecutionRow>(LIST, [
        toColumn(hook),
        toColumn(point),
        toColumn(workflowId),
        toColumn(session),
        status,
        limit,
      ]);
      return rows.map(readExecution);
    },

    async hookStatistics(hook) {
      return readStatistics(await database.query<StatisticsRow>(STATISTICS_OF, [toColumn(hook)]));
    },
  };
}

interface ExecutionRow {
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly run_id: string;
  readonly pattern: string;
  readonly point: string;
  readonly hook: string;
  readonly source: string;
  readonly step: string | null;
  readonly instance: string | null;
  readonly session: string | null;
  readonly attempt: number;
  readonly status: HookExecution["status"];
  readonly outcome: string;
  readonly error: string | null;
  readonly input: string | null;
  readonly started_at: Date;
  readonly duration_ms: number;
}

function readExecution(row: ExecutionRow): HookExecution {
  return {
    executionId: row.execution_id,
    workflowId: row.workflow_id,
    runId: row.run_id,
    pattern: row.pattern,
    point: row.point,
    hook: row.hook,
    source: row.source,
    ...(row.step === null ? {} : { step: row.step }),
    ...(row.instance === null ? {} : { instance: row.instance }),
    ...(row.session === null ? {} : { session: row.session }),
    attempt: row.attempt,
    status: row.status,
    outcome: JSON.parse(row.outcome) as Outcome, // as: only recordHookExecution writes these columns
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as ErrorInfo }), // as: see above
    ...(row.input === null ? {} : { input: JSON.parse(row.input) as JsonValue }), // as: see above
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

function writeExecution(execution: HookExecution): readonly unknown[] {
  return [
    toColumn(execution.executionId),
    toColumn(execution.workflowId),
    toColumn(execution.runId),
    toColumn(execution.pattern),
    toColumn(execution.point),
    toColumn(execution.hook),
    toColumn(execution.source),
    toColumn(execution.step),
    toColumn(execution.instance),
    toColumn(execution.session),
    execution.attempt,
    execution.status,
    execution.outcome.outcome,
    JSON.stringify(execution.outcome),
    toJsonColumn(execution.error),
    toJsonColumn(execution.input),
    execution.startedAt,
    execution.durationMs,
  ];
}

const COLUMNS = `execution_id, workflow_id, run_id, pattern, point, hook, source, step, instance, session, attempt,
  status, outcome, error, input, started_at, duration_ms`;

const INSERT = `
  insert into heddle.hook_executions (
    execution_id, workflow_id, run_id, pattern, point, hook, source, step, instance, session, attempt,
    status, decision, outcome, error, input, started_at, duration_ms
  ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  on conflict (execution_id) do nothing
  returning ${COLUMNS}`;

const SELECT_ONE = `
  select ${COLUMNS} from heddle.hook_executions where execution_id = $1`;

const LIST = `
  select ${COLUMNS} from heddle.hook_executions
  where ($1::text is null or hook = $1)
    and ($2::text is null or point = $2)
    and ($3::text is null or workflow_id = $3)
    and ($4::text is null or session = $4)
    and ($5::text is null or status = $5)
  order by started_at desc, position desc
  limit $6`;

const STATISTICS_OF = `
  select ${STATISTICS} from (
    select status = 'completed' as succeeded, duration_ms / 1000 as seconds
    from heddle.hook_executions
    where status <> 'skipped' and ($1::text is null or hook = $1)
  ) counted`;
