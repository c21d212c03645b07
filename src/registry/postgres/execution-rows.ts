import type { ErrorInfo, JsonValue } from "../../core/index.ts";
import type { Outcome } from "../../hooks/index.ts";
import type { HookExecution } from "../ledger.ts";
import { toColumn, toJsonColumn } from "./document.ts";

/** The ledger's columns, in the order in which `writeExecution` fills and `COLUMNS` reads them. */
export interface ExecutionRow {
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
  readonly correlation: string | null;
  readonly attempt: number;
  readonly status: HookExecution["status"];
  readonly outcome: string;
  readonly error: string | null;
  readonly input: string | null;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly started_at: Date;
  readonly duration_ms: number;
}

export const COLUMNS = `execution_id, workflow_id, run_id, pattern, point, hook, source, step, instance, session,
  correlation, attempt, status, outcome, error, input, priority, tags, started_at, duration_ms`;

export function readExecution(row: ExecutionRow): HookExecution {
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
    ...(row.correlation === null ? {} : { correlation: row.correlation }),
    attempt: row.attempt,
    status: row.status,
    outcome: JSON.parse(row.outcome) as Outcome, // as: only recordHookExecution writes these columns
    ...readDocuments(row),
    ...(row.priority === 0 ? {} : { priority: row.priority }),
    ...(row.tags.length === 0 ? {} : { tags: row.tags }),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

function readDocuments({ error, input }: ExecutionRow): Pick<HookExecution, "error" | "input"> {
  return {
    ...(error === null ? {} : { error: JSON.parse(error) as ErrorInfo }), // as: see readExecution
    ...(input === null ? {} : { input: JSON.parse(input) as JsonValue }), // as: see readExecution
  };
}

export function writeExecution(execution: HookExecution): readonly unknown[] {
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
    toColumn(execution.correlation),
    execution.attempt,
    execution.status,
    execution.outcome.outcome,
    JSON.stringify(execution.outcome),
    toJsonColumn(execution.error),
    toJsonColumn(execution.input),
    execution.priority ?? 0,
    (execution.tags ?? []).map((tag) => toColumn(tag)),
    execution.startedAt,
    execution.durationMs,
  ];
}
