import type { Client, WorkflowExecutionInfo } from "@temporalio/client";

import { HeddleError } from "../core/index.ts";
import { SEARCH_ATTRIBUTES, SESSION_WORKFLOW } from "../workflows/messages.ts";

export interface RunFilter {
  readonly pattern?: string;
  readonly session?: string;
  readonly label?: string;
  readonly status?: "running" | "succeeded" | "failed" | "cancelled" | "timedOut";
  /** Default 50. */
  readonly limit?: number;
}

export interface RunSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly pattern: string;
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/**
 * Runs, newest first, from the server's visibility store: eventually consistent, good for looking, not for deciding.
 */
export async function listRuns(
  temporal: Client,
  filter: RunFilter,
): Promise<readonly RunSummary[]> {
  const found: RunSummary[] = [];
  const limit = filter.limit ?? 50;
  for await (const info of temporal.workflow.list({ query: queryOf(filter), pageSize: limit })) {
    if (found.length >= limit) break;
    found.push(summarize(info));
  }
  return found;
}

const STATUS_NAMES = {
  running: "Running",
  succeeded: "Completed",
  failed: "Failed",
  cancelled: "Canceled",
  timedOut: "TimedOut",
} as const;

export function queryOf(filter: RunFilter): string {
  const named = [
    [SEARCH_ATTRIBUTES.pattern, filter.pattern],
    [SEARCH_ATTRIBUTES.session, filter.session],
    [SEARCH_ATTRIBUTES.labels, filter.label],
    ["ExecutionStatus", filter.status === undefined ? undefined : STATUS_NAMES[filter.status]],
  ] as const;
  const asked = named.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${quote(value)}`],
  );
  // Every run carries its pattern's name from its first task on; foreign workflows do not, and sessions are no runs.
  const base =
    filter.pattern === undefined
      ? [`${SEARCH_ATTRIBUTES.pattern} IS NOT NULL`, `WorkflowType != "${SESSION_WORKFLOW}"`]
      : [];
  return [...base, ...asked].join(" AND ");
}

function quote(value: string): string {
  if (/['"\\`]/.test(value)) {
    throw new HeddleError(
      "FILTER_INVALID",
      `A filter may not contain quotes or backslashes: ${value}`,
      {
        hint: "Filter by another name, session or label.",
      },
    );
  }
  return `"${value}"`;
}

function summarize(info: WorkflowExecutionInfo): RunSummary {
  return {
    workflowId: info.workflowId,
    runId: info.runId,
    pattern: info.type,
    status: SUMMARY_STATUS[info.status.name] ?? info.status.name.toLowerCase(),
    startedAt: info.startTime.toISOString(),
    finishedAt: info.closeTime?.toISOString() ?? null,
  };
}

const SUMMARY_STATUS: Readonly<Record<string, string>> = {
  RUNNING: "running",
  PAUSED: "paused",
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  TERMINATED: "cancelled",
  TIMED_OUT: "timedOut",
  CONTINUED_AS_NEW: "continued",
};
