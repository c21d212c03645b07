import {
  ActivityCancellationType,
  CancellationScope,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
  type ActivityOptions,
  type LocalActivityOptions,
} from "@temporalio/workflow";

import type { JsonValue } from "../core/index.ts";
import type { ActivityPolicy } from "../patterns/plan.ts";
import { toEffectFailure } from "./effect-failure.ts";
import type { Canceller } from "./interpreter/canceller.ts";
import {
  EffectCancelled,
  type ActivityCall,
  type ChildCall,
  type Effects,
} from "./interpreter/effects.ts";
import { createTurnstile } from "./turnstile.ts";

type AnyActivities = Record<string, (input: JsonValue) => Promise<unknown>>;

/**
 * The interpreter's effects on Temporal. Every effect gets a cancellation scope of its own under `root`: scopes by
 * asynchronous context would tie a step to whichever step happened to free its slot.
 */
export function createTemporalEffects(root: CancellationScope): Effects {
  const inTurn = createTurnstile();
  let loaded = 0;
  const within = async <T>(
    cancel: Canceller,
    work: () => Promise<T>,
    attempts: number,
  ): Promise<T> => {
    if (cancel.cancelled) throw new EffectCancelled();
    const scope = new CancellationScope({ cancellable: true, parent: root });
    const forget = cancel.onCancel(() => {
      scope.cancel();
    });
    try {
      return await scope.run(work);
    } catch (error) {
      if (isCancellation(error)) throw new EffectCancelled();
      throw toEffectFailure(error, attempts);
    } finally {
      forget();
    }
  };
  return {
    now: () => Date.now(),
    shouldContinue: (discountsLoaded) => isLong(discountsLoaded ? loaded : 0),
    noteLoaded(characters) {
      loaded += characters;
    },
    activity: (call, cancel) =>
      within(
        cancel,
        () => (call.dispatch === "local" ? inTurn(runActivity(call)) : runActivity(call)),
        call.policy.retry.maximumAttempts,
      ),
    child: (call, cancel) => within(cancel, () => runChild(call), 1),
    async sleep(ms, summary, cancel) {
      try {
        await within(cancel, () => sleep(Math.max(1, ms), { summary }), 1);
      } catch (error) {
        // A cancelled timer is over like one that fired: who cancelled it knows why.
        if (!(error instanceof EffectCancelled)) throw error;
      }
    },
  };
}

/** Beyond what was loaded, a history has this much room; above the second the server's own limit of 50 MiB is near. */
const ROOM_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Whether the server suggests to continue as new, and doing so would help: a run that has to load megabytes before its
 * first step would otherwise be told to go on in a new one as soon as it began, over and over.
 */
function isLong(loaded: number): boolean {
  const {
    continueAsNewSuggested,
    suggestedContinueAsNewReasons = [],
    historySize,
  } = workflowInfo();
  if (!continueAsNewSuggested || loaded === 0 || suggestedContinueAsNewReasons.length === 0)
    return continueAsNewSuggested;
  // Text within text: its quotes are escaped once more.
  const room = Math.min(ROOM_BYTES + 1.5 * loaded, MOST_BYTES);
  const isForSize = suggestedContinueAsNewReasons.every((each) => each === FOR_SIZE);
  return !isForSize || historySize > room;
}

const FOR_SIZE = "HISTORY_SIZE_TOO_LARGE";

function runActivity(call: ActivityCall): Promise<unknown> {
  const activities =
    call.dispatch === "local"
      ? proxyLocalActivities<AnyActivities>(localOptions(call))
      : proxyActivities<AnyActivities>(options(call));
  const activity = activities[call.type];
  // The proxy answers for every name; the check is for the type only.
  return activity === undefined ? Promise.resolve(null) : activity(call.input);
}

function options(call: ActivityCall): ActivityOptions {
  const { policy } = call;
  return {
    activityId: call.id,
    summary: cut(call.summary),
    startToCloseTimeout: policy.startToCloseMs,
    scheduleToStartTimeout: policy.scheduleToStartMs,
    heartbeatTimeout: policy.heartbeatMs,
    ...(policy.scheduleToCloseMs === undefined
      ? {}
      : { scheduleToCloseTimeout: policy.scheduleToCloseMs }),
    ...(call.taskQueue === undefined ? {} : { taskQueue: call.taskQueue }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: retryOf(policy),
  };
}

function localOptions(call: ActivityCall): LocalActivityOptions {
  const { policy } = call;
  return {
    summary: cut(call.summary),
    startToCloseTimeout: policy.startToCloseMs,
    ...(policy.scheduleToCloseMs === undefined
      ? {}
      : { scheduleToCloseTimeout: policy.scheduleToCloseMs }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: retryOf(policy),
  };
}

function retryOf({ retry }: ActivityPolicy): NonNullable<ActivityOptions["retry"]> {
  return {
    maximumAttempts: retry.maximumAttempts,
    initialInterval: retry.initialIntervalMs,
    backoffCoefficient: retry.backoffCoefficient,
    maximumInterval: Math.max(retry.maximumIntervalMs, retry.initialIntervalMs),
    ...(retry.nonRetryableErrorTypes === undefined
      ? {}
      : { nonRetryableErrorTypes: [...retry.nonRetryableErrorTypes] }),
  };
}

/** The server refuses summaries above 400 bytes; a code point has at most four. */
function cut(summary: string): string {
  return summary.length > 100 ? `${summary.slice(0, 99)}…` : summary;
}

function runChild(call: ChildCall): Promise<JsonValue> {
  return executeChild(call.pattern, {
    workflowId: call.id,
    args: [call.input, call.options],
    staticSummary: cut(call.summary),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}
