import { setTimeout as delay } from "node:timers/promises";

import type { WorkflowHandle } from "@temporalio/client";

/** How long a question waits for a workflow to come to rest. */
const REST_MS = 1_000;
const LOOK_EVERY_MS = 25;

/**
 * Asks a workflow while no workflow task of it is under way, if such a moment comes in time.
 *
 * A query that finds a task waiting travels with it. Where local activities are at work then, the task ends before the
 * workflow has seen their results, and what it decides next may stand in another order than a replay decides it: the SDK
 * cannot replay such a history (docs/limits.md).
 */
export async function queryAtRest<Answer>(run: WorkflowHandle, query: string): Promise<Answer> {
  const giveUpAt = Date.now() + REST_MS;
  while (Date.now() < giveUpAt) {
    const { raw } = await run.describe();
    if (raw.pendingWorkflowTask == null) break;
    await delay(LOOK_EVERY_MS);
  }
  return run.query<Answer>(query);
}
