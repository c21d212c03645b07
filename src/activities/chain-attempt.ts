import { asyncLocalStorage, CancelledFailure, Context } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";

import { timerMs, type ErrorInfo, type JsonValue } from "../core/index.ts";
import type { ActivityPolicy } from "../patterns/plan.ts";
import type { Activities, ChainMember, StepResult } from "./contract.ts";

/** The activities of steps, each as a worker would run it: references resolved, failures translated. */
export type StepActivities = Pick<Activities, "run" | "http" | "agent" | "call">;

/** How a member ended, times aside. */
export type Ended =
  | { readonly kind: "succeeded"; readonly result: StepResult }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly attempts: number }
  | { readonly kind: "cancelled" }
  | { readonly kind: "waiting"; readonly delayMs: number; readonly attempts: number };

/**
 * Tries one member as often as its policy allows. The engine does this for an activity; inside a chain it is done here,
 * by the same rules.
 * @param leftMs what is left of the chain's time: a pause that is longer is left to the workflow
 */
export async function attemptMember(
  { body, policy, attempts = 0 }: ChainMember,
  input: object,
  activities: StepActivities,
  leftMs: () => number,
): Promise<Ended> {
  const outer = Context.current();
  // as: each kind's activity takes what `prepare` has built for that kind
  const activity = activities[body.kind] as (input: object) => Promise<StepResult>;
  for (let attempt = attempts + 1; ; attempt += 1) {
    const tried = await tryOnce(outer, policy, attempt, () => activity(input));
    if ("result" in tried) return { kind: "succeeded", result: tried.result };
    if (outer.cancellationSignal.aborted) return { kind: "cancelled" };
    const { failure } = tried;
    const delayMs = delayAfter(failure, policy, attempt);
    if (delayMs === undefined)
      return { kind: "failed", error: describe(failure), attempts: attempt };
    if (delayMs > leftMs()) return { kind: "waiting", delayMs, attempts: attempt };
    if (!(await pause(outer, delayMs))) return { kind: "cancelled" };
  }
}

type Tried = { readonly result: StepResult } | { readonly failure: ApplicationFailure };

/** One attempt, in a context that says what an activity of its own would be told. */
async function tryOnce(
  outer: Context,
  { startToCloseMs }: ActivityPolicy,
  attempt: number,
  work: () => Promise<StepResult>,
): Promise<Tried> {
  const limit = new AbortController();
  const cancellationSignal = AbortSignal.any([outer.cancellationSignal, limit.signal]);
  const info = { ...outer.info, attempt, startToCloseTimeoutMs: startToCloseMs };
  // as: an object that inherits from a context is one
  const context = Object.create(outer, {
    info: { value: info },
    cancellationSignal: { value: cancellationSignal },
  }) as Context;
  let timer: NodeJS.Timeout | undefined;
  // A handler that does not listen is left behind, as the engine leaves an activity behind.
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      limit.abort(new CancelledFailure("TIMED_OUT"));
      reject(timedOut(attempt));
    }, timerMs(startToCloseMs));
  });
  try {
    return { result: await Promise.race([asyncLocalStorage.run(context, work), timeout]) };
  } catch (error) {
    if (error instanceof ApplicationFailure) return { failure: error };
    // Whoever asks for the cancellation is seen to by the caller.
    if (error instanceof CancelledFailure) return { failure: timedOut(attempt) };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(attempt: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: "TimedOut",
    message: "timed out (START_TO_CLOSE)",
    details: [null, { attempt }],
  });
}

/** Milliseconds before the next attempt; nothing when there is none. */
function delayAfter(
  failure: ApplicationFailure,
  { retry }: ActivityPolicy,
  attempt: number,
): number | undefined {
  const isFinal =
    failure.nonRetryable === true ||
    retry.nonRetryableErrorTypes?.includes(failure.type ?? "") === true;
  if (isFinal || attempt >= retry.maximumAttempts) return undefined;
  // Set where an endpoint asked for it, and where the step's backoff is not the engine's own.
  if (typeof failure.nextRetryDelay === "number") return failure.nextRetryDelay;
  const longest = Math.max(retry.maximumIntervalMs, retry.initialIntervalMs);
  return Math.min(longest, retry.initialIntervalMs * retry.backoffCoefficient ** (attempt - 1));
}

/** The failure as the interpreter reads one that came from an activity of its own. */
function describe(failure: ApplicationFailure): ErrorInfo {
  const details = failure.details?.[0] as JsonValue | undefined; // as: payloads are JSON
  return {
    type: failure.type ?? "HandlerFailed",
    message: failure.message,
    ...(details === undefined || details === null ? {} : { details }),
  };
}

/** True when the time went by, false when the activity was cancelled meanwhile. */
function pause(outer: Context, ms: number): Promise<boolean> {
  return outer.sleep(ms).then(
    () => true,
    () => false,
  );
}
