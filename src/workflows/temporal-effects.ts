import {
  ActivityCancellationType,
  type CancellationScope,
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
  type ActivityOptions,
  type LocalActivityOptions,
} from "@temporalio/workflow";

import type { JsonValue } from "../core/index.ts";
import type { ActivityPolicy, Plan } from "../patterns/plan.ts";
import { createLeanScopes, createScopes } from "./effect-scopes.ts";
import {
  EffectCancelled,
  type ActivityCall,
  type ChildCall,
  type Effects,
} from "./interpreter/effects.ts";
import { createHistoryGauge, isLong, type HistoryGauge } from "./history-gauge.ts";
import { createLocalWork, type LocalWork } from "./local-work.ts";
import { createTurnstile } from "./turnstile.ts";

export interface TemporalEffects extends Effects {
  readonly local: LocalWork;
  readonly gauge: HistoryGauge;
  /** From now on effects take the way for which the plan was compiled. */
  follow(plan: Pick<Plan, "revision">): void;
}

/** Each is a marker or two, and how long the history is shows only at events of other kinds. */
const MOST_LOCAL_IN_A_ROW = 100;

/** What a local activity waits for when there were many in a row. */
const REST = { summary: "next task" };

type AnyActivities = Record<string, (input: JsonValue) => Promise<unknown>>;

/**
 * The interpreter's effects on Temporal. Every effect gets a cancellation scope of its own under `root`: scopes by
 * asynchronous context would tie a step to whichever step happened to free its slot.
 */
export function createTemporalEffects(root: CancellationScope): TemporalEffects {
  const inTurn = createTurnstile();
  const local = createLocalWork();
  const gauge = createHistoryGauge();
  let loaded = 0;
  let within = createScopes(root);
  /** The end of what is an event of its own. */
  const ended = (): void => {
    gauge.look();
    local.rest();
  };
  return {
    now: () => Date.now(),
    shouldContinue: (revision) =>
      revision >= 3 ? gauge.isLong(loaded) : isLong(workflowInfo(), revision === 2 ? loaded : 0),
    noteLoaded(characters) {
      loaded += characters;
    },
    local,
    gauge,
    follow({ revision = 0 }) {
      if (revision < 3) return;
      within = createLeanScopes(root);
      local.pace(MOST_LOCAL_IN_A_ROW);
    },
    activity: (call, cancel) => {
      const isLocal = call.dispatch === "local" && local.takes(call.type);
      const start = (): Promise<unknown> =>
        isLocal ? inTurn(runLocalActivity(call)) : runActivity(call);
      const rested = (): Promise<unknown> => {
        ended();
        return start();
      };
      const work = isLocal && local.isTired() ? () => sleep(1, REST).then(rested) : start;
      const attempts = call.policy.retry.maximumAttempts;
      return within(cancel, work, isLocal ? { attempts } : { attempts, ended });
    },
    child: (call, cancel) => within(cancel, () => runChild(call), { attempts: 1, ended }),
    async sleep(ms, summary, cancel) {
      try {
        const work = (): Promise<void> => sleep(Math.max(1, ms), { summary });
        await within(cancel, work, { attempts: 1, ended });
      } catch (error) {
        // A cancelled timer is over like one that fired: who cancelled it knows why.
        if (!(error instanceof EffectCancelled)) throw error;
      }
    },
  };
}

function runLocalActivity(call: ActivityCall): Promise<unknown> {
  return callOf(proxyLocalActivities<AnyActivities>(localOptions(call)), call);
}

function runActivity(call: ActivityCall): Promise<unknown> {
  return callOf(proxyActivities<AnyActivities>(options(call)), call);
}

function callOf(activities: AnyActivities, call: ActivityCall): Promise<unknown> {
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
