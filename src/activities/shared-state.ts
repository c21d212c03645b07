import type { CacheInput, ForkRunInput, LockInput, RunStanding } from "./contract.ts";
import type { ActivityDeps, SessionGateway } from "./deps.ts";
import type { JsonValue } from "../core/index.ts";
import { fail } from "./failure.ts";

/** Asks the lock's own workflow for a lock, starting it when needed, or gives the lock back. */
export async function askLock(input: LockInput, deps: ActivityDeps): Promise<null> {
  await gatewayOf(deps).lock(input);
  return null;
}

/** Whether a workflow is still open: a lock whose holder is gone must be given to the next one. */
export function isRunning(
  { workflowId }: { readonly workflowId: string },
  deps: ActivityDeps,
): Promise<boolean> {
  return gatewayOf(deps).isRunning(workflowId);
}

/** How a run stands that a restored session knows of. */
export function runStanding(
  { workflowId }: { readonly workflowId: string },
  deps: ActivityDeps,
): Promise<RunStanding> {
  return gatewayOf(deps).standing(workflowId);
}

/** Starts a run again as another one. */
export async function forkRun(input: ForkRunInput, deps: ActivityDeps): Promise<null> {
  await gatewayOf(deps).fork(input);
  return null;
}

/** Reads a kept result, or keeps one. */
export async function useCache(
  { key, keep }: CacheInput,
  { registry }: ActivityDeps,
): Promise<{ readonly output: JsonValue } | null> {
  if (keep === undefined) return (await registry.getCached(key)) ?? null;
  await registry.putCached(key, keep.output, keep.ttlMs);
  return null;
}

function gatewayOf({ sessions }: ActivityDeps): SessionGateway {
  if (sessions !== undefined) return sessions;
  throw fail("Internal", "This worker has no client to reach other workflows.");
}
