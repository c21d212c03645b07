import { CancellationScope, proxyLocalActivities, sleep } from "@temporalio/workflow";

import type { Activities } from "../activities/contract.ts";
import { closeRun, note, openRuns, type SessionMemory } from "./session-state.ts";

/** How often a session that waits for its runs looks whether they still run. */
export const LOOK_EVERY_MS = 60_000;

const { isRunning } = proxyLocalActivities<Pick<Activities, "isRunning">>({
  startToCloseTimeout: "30s",
  retry: { maximumAttempts: 30, maximumInterval: "10s" },
});

/**
 * A run that was terminated tells nobody. Takes those that no longer run off the list of open ones, after what they may
 * have told in the meantime was let in.
 */
export async function dropClosed(
  memory: SessionMemory,
  letMessagesIn: () => Promise<void>,
): Promise<void> {
  const gone: string[] = [];
  for (const { workflowId } of openRuns(memory))
    if (!(await isRunning({ workflowId }))) gone.push(workflowId);
  if (gone.length > 0) await letMessagesIn();
  for (const { workflowId } of openRuns(memory)) {
    if (!gone.includes(workflowId)) continue;
    closeRun(memory, { workflowId, status: "closed" });
    note(
      memory,
      `run ${workflowId} is over, and had not told: it was terminated, or failed to reach the session`,
    );
  }
}

/** Calls back after the time, unless it is cancelled first. */
export function startTimer(ms: number, due: () => void): CancellationScope {
  const scope = new CancellationScope();
  scope.run(() => sleep(ms)).then(due, () => undefined); // The only way it ends early is its own cancellation.
  return scope;
}
