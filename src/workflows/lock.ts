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
import { createHistoryGauge } from "./history-gauge.ts";
import { LOCK_SIGNALS } from "./messages.ts";
import { quiesce } from "./quiesce.ts";

export interface LockRequest {
  readonly token: string;
  readonly workflowId: string;
}

export interface LockArguments {
  readonly key: string;
  readonly queue?: readonly LockRequest[];
  readonly released?: readonly string[];
  /** Absent in locks that began before they waited for late messages: they go on as they began. */
  readonly quiesces?: boolean;
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

interface Lock {
  readonly waiting: LockRequest[];
  done: readonly string[];
  /** Whom the lock was granted to last. */
  told: string | undefined;
}

/**
 * Keeps one lock: who has it, who waits, first come first served. A holder that is gone without giving it back loses it.
 * The workflow ends when nobody wants the lock.
 */
export async function heddleLock(given: LockArguments): Promise<void> {
  const { queue = [], released = [], quiesces = false } = given;
  const lock: Lock = { waiting: [...queue], done: released, told: undefined };
  const { waiting } = lock;
  const gauge = createHistoryGauge();
  const rest = quiesces ? () => quiesce() : () => condition(allHandlersFinished);
  const isLong = quiesces ? () => gauge.isLong(0) : () => workflowInfo().continueAsNewSuggested;
  listen(lock);
  for (;;) {
    const [holder] = waiting;
    if (holder === undefined) {
      await rest();
      if (waiting.length === 0) return;
    } else if (lock.told !== holder.token) {
      lock.told = holder.token;
      await grantOrDrop(waiting, holder);
    } else if (isLong()) {
      await rest();
      await continueAsNew<typeof heddleLock>({ ...given, queue: waiting, released: lock.done });
    } else {
      const changed = await condition(() => waiting[0]?.token !== lock.told, HOLDER_CHECK_MS);
      gauge.look();
      if (!changed) await dropIfGone(waiting, holder);
    }
  }
}

function listen(lock: Lock): void {
  const { waiting } = lock;
  setHandler(defineSignal<[LockRequest]>(LOCK_SIGNALS.acquire), (request) => {
    const known = waiting.some((each) => each.token === request.token);
    if (!known && !lock.done.includes(request.token)) waiting.push(request);
    // A run that continued as new asks again for what it was told in its earlier life.
    if (lock.told === request.token) lock.told = undefined;
  });
  setHandler(defineSignal<[LockRequest]>(LOCK_SIGNALS.release), ({ token }) => {
    lock.done = [...lock.done, token].slice(-KEPT_RELEASES);
    const at = waiting.findIndex((each) => each.token === token);
    if (at >= 0) waiting.splice(at, 1);
  });
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

async function grantOrDrop(waiting: LockRequest[], holder: LockRequest): Promise<void> {
  if (!(await grant(holder))) drop(waiting, holder);
}

async function dropIfGone(waiting: LockRequest[], holder: LockRequest): Promise<void> {
  if (!(await isRunning({ workflowId: holder.workflowId }))) drop(waiting, holder);
}

function drop(waiting: LockRequest[], request: LockRequest): void {
  const at = waiting.findIndex((each) => each.token === request.token);
  if (at >= 0) waiting.splice(at, 1);
}
