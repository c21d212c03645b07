import type { Client, WorkflowExecutionInfo } from "@temporalio/client";

import { SEARCH_ATTRIBUTES, SESSION_WORKFLOW } from "../workflows/messages.ts";

/** How a run ended, for statistics. */
export interface ClosedRunFacts {
  readonly workflowId: string;
  /** Of its last segment. */
  readonly runId: string;
  readonly pattern: string;
  readonly version: string;
  readonly succeeded: boolean;
  readonly timedOut: boolean;
  /** From the start of its first segment. */
  readonly seconds: number;
}

/** A segment begins the moment the one before it ends; the server's clocks may differ by this. */
const CONTINUED_WITHIN_MS = 5000;

/**
 * Runs that ended since a moment, from the server's visibility store. Cancelled ones are neither success nor failure and
 * left out; a run that continued as new is one run.
 */
export async function listClosedRuns(
  temporal: Client,
  since: Date,
): Promise<readonly ClosedRunFacts[]> {
  const segments = new Map<string, WorkflowExecutionInfo[]>();
  for await (const info of temporal.workflow.list({ query: queryOf(since, CONTINUED) })) {
    const known = segments.get(info.workflowId);
    if (known === undefined) segments.set(info.workflowId, [info]);
    else known.push(info);
  }
  const runs: ClosedRunFacts[] = [];
  for await (const info of temporal.workflow.list({ query: queryOf(since, ENDED) })) {
    const { closeTime, typedSearchAttributes } = info;
    if (closeTime === undefined) continue;
    const startedAt = beginningOf(info, segments.get(info.workflowId) ?? []);
    const version: unknown = typedSearchAttributes
      .getAll()
      .find(({ key }) => key.name === SEARCH_ATTRIBUTES.version)?.value;
    runs.push({
      workflowId: info.workflowId,
      runId: info.runId,
      pattern: info.type,
      version: typeof version === "string" ? version : "",
      succeeded: info.status.name === "COMPLETED",
      timedOut: info.status.name === "TIMED_OUT",
      seconds: Math.max(0, (closeTime.getTime() - startedAt.getTime()) / 1000),
    });
  }
  return runs;
}

const ENDED = '("Completed", "Failed", "TimedOut")';
const CONTINUED = '("ContinuedAsNew")';

function queryOf(since: Date, statuses: string): string {
  return [
    `${SEARCH_ATTRIBUTES.pattern} IS NOT NULL`,
    `WorkflowType != "${SESSION_WORKFLOW}"`,
    `ExecutionStatus IN ${statuses}`,
    `CloseTime >= "${since.toISOString()}"`,
  ].join(" AND ");
}

/** Walks back over the segments that ended when the next one began. */
function beginningOf(
  { startTime }: WorkflowExecutionInfo,
  segments: readonly WorkflowExecutionInfo[],
): Date {
  let began = startTime;
  for (;;) {
    const before = segments.find(
      (segment) =>
        segment.startTime < began &&
        segment.closeTime !== undefined &&
        Math.abs(segment.closeTime.getTime() - began.getTime()) < CONTINUED_WITHIN_MS,
    );
    if (before === undefined) return began;
    began = before.startTime;
  }
}
