import {
  ActivityCancellationType,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  getExternalWorkflowHandle,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";

import type { Activities } from "../activities/contract.ts";
import { LOCK_SIGNALS } from "./messages.ts";

export interface LockRequest {
  readonly token: string;
  readonly workflowId: string;
}

export interface LockArguments {
  readonly key: string;
  readonly queue?: readonly LockRequest[];
  readonly released?: readonly string[];
}

/** How often the lock looks whether its holder is still there. */
const HOLDER_CHECK_MS = 10_000;

/** Releases remembered for requests that are overtaken by their own release. */
const KEPT_RELEASES = 100;

const { isRunning } = proxyLocalActivities<Pick<Activities, "isRunning">>({
  startToCloseTimeout: "10s",
  scheduleToCloseTimeout: "1m",
  cancellationType: ActivityCancellationType.ABANDON,
});

/**
 * Keeps one lock: who has it, who waits, first come first served. A holder that is gone without giving it back loses it.
 * The workflow ends when nobody wants the lock.
 */
export async function heddleLock({ key, queue = [], released = [] }: LockArguments): Promise<void> {
  const waiting: LockRequest[] = [...queue];
  let done: readonly string[] = released;
  let told: string | undefined;
  setHandler(defineSignal<[LockRequest]>(LOCK_SIGNALS.acquire), (request) => {
    const known = waiting.some((each) => each.token === request.token);
    if (!known && !done.includes(request.token)) waiting.push(request);
    // A run that continued as new asks again for what it was told in its earlier life.
    if (told === request.token) told = undefined;
  });
  setHandler(defineSignal<[LockRequest]>(LOCK_SIGNALS.release), ({ token }) => {
    done = [...done, token].slice(-KEPT_RELEASES);
    const at = waiting.findIndex((each) => each.token === token);
    if (at >= 0) waiting.splice(at, 1);
  });
  for (;;) {
    const [holder] = waiting;
    if (holder === undefined) {
      await condition(allHandlersFinished);
      if (waiting.length > 0) continue;
      return;
    }
    if (told !== holder.token) {
      told = holder.token;
      if (!(await grant(holder))) drop(waiting, holder);
      continue;
    }
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof heddleLock>({ key, queue: waiting, released: done });
    const changed = await condition(() => waiting[0]?.token !== told, HOLDER_CHECK_MS);
    if (!changed && !(await isRunning({ workflowId: holder.workflowId }))) drop(waiting, holder);
  }
}

/** False when the run that asked is gone. Telling it twice does no harm: a continued lock does. */
async function grant(holder: LockRequest): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(holder.workflowId).signal(LOCK_SIGNALS.granted, holder.token);
    return true;
  } catch {
    // The only way this fails is that there is no such open workflow.
    return false;
  }
}

function drop(waiting: LockRequest[], request: LockRequest): void {
  const at = waiting.findIndex((each) => each.token === request.token);
  if (at >= 0) waiting.splice(at, 1);
}
