import { proxyLocalActivities, workflowInfo } from "@temporalio/workflow";

import type { Activities } from "../activities/contract.ts";
import { messageOf, type JsonValue } from "../core/index.ts";
import type { SessionRun } from "./messages.ts";
import { enterRun, note, unfinishedRuns, type SessionMemory } from "./session-state.ts";

const { runStanding, forkRun } = proxyLocalActivities<Pick<Activities, "runStanding" | "forkRun">>({
  startToCloseTimeout: "30s",
  retry: { maximumAttempts: 5, maximumInterval: "5s" },
});

/**
 * What becomes of runs that had not succeeded when a session is restored (`SessionRestore.runs`). How they stand is asked
 * anew: they may have gone on without the session, or been run again.
 */
export async function restoreRuns(
  memory: SessionMemory,
  how: JsonValue | undefined,
): Promise<void> {
  if (how === "leave") return;
  // Runs of this life tell it themselves how they stand; they are asked only when somebody wants something of them.
  const runs = how === undefined ? (memory.earlier ?? []) : unfinishedRuns(memory);
  delete memory.earlier;
  for (const run of runs) await takeUp(memory, run);
  if (how !== "fork") return;
  for (const run of unfinishedRuns(memory)) if (run.status !== "running") await fork(memory, run);
}

async function takeUp(memory: SessionMemory, run: SessionRun): Promise<void> {
  const { workflowId } = run;
  const standing = await runStanding({ workflowId });
  // The server forgets closed runs; what the run told before that stays.
  const status = standing === "gone" && run.status !== "running" ? run.status : standing;
  enterRun(memory, { ...run, status });
  if (status !== "running" && status !== "succeeded")
    note(memory, `run ${workflowId} ended unfinished: ${status}`);
}

async function fork(memory: SessionMemory, run: SessionRun): Promise<void> {
  const { workflowId, version } = run;
  // No other restore, of this life of the session or another, gives a fork this name.
  const as = `${workflowId}-${workflowInfo().runId.slice(0, 8)}-${String(memory.stateVersion)}`;
  try {
    await forkRun({ workflowId, as, ...(version === undefined ? {} : { version }) });
    enterRun(memory, { ...run, status: "forked" });
    note(memory, `run ${workflowId} was started again as ${as}`);
  } catch (error) {
    note(memory, `run ${workflowId} could not be started again: ${messageOf(error)}`);
  }
}
