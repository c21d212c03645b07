import type { HookExecution, Recording } from "../ledger.ts";
import { checkLimit } from "../refusals.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { decodeDocument, encodeDocument, toColumn } from "./document.ts";
import { COLUMNS, readExecution, writeExecution, type ExecutionRow } from "./execution-rows.ts";

type ExecutionMethods = Pick<
  Registry,
  "recordHookExecution" | "findHookExecution" | "findRecording" | "listHookExecutions"
>;

export const RECORD_LIMIT = 100;

/** A hook's event beyond this is not kept for replay: the ledger is a record, not a second store of data. */
const RECORDING_LIMIT = 1024 * 1024;

export function createExecutionMethods(database: Database, tenant: string): ExecutionMethods {
  async function findHookExecution(executionId: string): Promise<HookExecution | undefined> {
    const [row] = await database.query<ExecutionRow>(SELECT_ONE, [tenant, toColumn(executionId)]);
    return row === undefined ? undefined : readExecution(row);
  }

  return {
    findHookExecution,

    async recordHookExecution(execution, recording) {
      const values = [tenant, await encodeRecording(recording), ...writeExecution(execution)];
      const [row] = await database.query<ExecutionRow>(INSERT, values);
      if (row !== undefined) return readExecution(row);
      // Only retention can have removed the earlier record between the two statements; then ours is as good.
      return (await findHookExecution(execution.executionId)) ?? execution;
    },

    async findRecording(executionId) {
      const [row] = await database.query<{ readonly recording: Buffer | null }>(SELECT_RECORDING, [
        tenant,
        toColumn(executionId),
      ]);
      if (row === undefined || row.recording === null) return undefined;
      return (await decodeDocument(row.recording)) as Recording; // as: only recordHookExecution writes this column
    },

    async listHookExecutions(filter = {}) {
      const { limit = RECORD_LIMIT, order = "newest" } = filter;
      checkLimit(limit);
      const rows = await database.query<ExecutionRow>(listStatement(order), [
        tenant,
        toColumn(filter.hook),
        toColumn(filter.point),
        toColumn(filter.step),
        toColumn(filter.workflowId),
        toColumn(filter.session),
        toColumn(filter.correlation),
        filter.status,
        toColumn(filter.tag),
        filter.since,
        filter.until,
        limit,
      ]);
      return rows.map(readExecution);
    },
  };
}

async function encodeRecording(recording: Recording | undefined): Promise<Buffer | null> {
  if (recording === undefined) return null;
  const text = JSON.stringify(recording);
  return text.length > RECORDING_LIMIT ? null : encodeDocument(text);
}

const INSERT = `
  insert into heddle.hook_executions (
    tenant, recording, execution_id, workflow_id, run_id, pattern, point, hook, source, step, instance, session,
    correlation, attempt, status, decision, outcome, error, input, priority, tags, started_at, duration_ms
  ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
  on conflict (execution_id) do nothing
  returning ${COLUMNS}`;

const SELECT_ONE = `
  select ${COLUMNS} from heddle.hook_executions where tenant = $1 and execution_id = $2`;

const SELECT_RECORDING = `
  select recording from heddle.hook_executions where tenant = $1 and execution_id = $2`;

function listStatement(order: "newest" | "oldest"): string {
  const direction = order === "newest" ? "desc" : "asc";
  return `
    select ${COLUMNS} from heddle.hook_executions
    where tenant = $1
      and ($2::text is null or hook = $2)
      and ($3::text is null or point = $3)
      and ($4::text is null or step = $4)
      and ($5::text is null or workflow_id = $5)
      and ($6::text is null or session = $6)
      and ($7::text is null or correlation = $7)
      and ($8::text is null or status = $8)
      and ($9::text is null or $9 = any (tags))
      and ($10::timestamptz is null or started_at >= $10)
      and ($11::timestamptz is null or started_at < $11)
    order by started_at ${direction}, position ${direction}
    limit $12`;
}
