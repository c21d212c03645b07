import { Context, type Info } from "@temporalio/activity";

import type { ErrorInfo } from "../core/index.ts";
import { outcomeOfFailure, type Hook, type Outcome } from "../hooks/index.ts";
import { executeHook, type HookReading } from "../hooks/executors/index.ts";
import type { HookExecution } from "../registry/index.ts";
import type { HookInput, HookResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { cancelledFailure, createFailure } from "./failure.ts";
import { withHeartbeat } from "./heartbeat.ts";
import type { Ledger } from "./ledger.ts";
import { handlerContext } from "./run-context.ts";
import { storeIfLarge } from "./store-output.ts";

interface Decided {
  readonly outcome: Outcome;
  readonly status: HookExecution["status"];
  readonly error?: ErrorInfo;
}

/**
 * Runs one hook for one event. What it decided is recorded under the event's id and the hook's name, so that an activity
 * that is tried again after its hook had finished answers with the recorded decision.
 */
export async function runHook(
  input: HookInput,
  deps: ActivityDeps,
  ledger: Ledger,
): Promise<HookResult> {
  const { info } = Context.current();
  const executionId = `${input.event.id}/${input.hook.name}`;
  // A first attempt has nothing to find, and local hooks must not pay for looking.
  const known = info.attempt > 1 ? await ledger.find(executionId) : undefined;
  if (known !== undefined) return resultOf(known);

  const startedAt = new Date();
  const clock = performance.now();
  const reading = await withHeartbeat(() => ask(input, deps, info.attempt));
  if (reading.kind === "cancelled") throw cancelledFailure();
  const durationMs = Math.round(performance.now() - clock);
  const decided = await decide(reading, input.hook, info, deps);
  const kept = await ledger.record({
    ...describe(input, info),
    executionId,
    startedAt,
    durationMs,
    ...decided,
  });
  const failure = kept.status === "completed" ? undefined : kept.error;
  if (failure !== undefined && input.hook.onError !== "open") throw finalFailure(failure);
  return resultOf(kept);
}

async function ask(
  { run, hook, event }: HookInput,
  deps: ActivityDeps,
  attempt: number,
): Promise<HookReading> {
  const { step } = event;
  const context = handlerContext(deps, {
    run,
    attempt,
    timeoutMs: hook.timeoutMs,
    ...(step === undefined ? {} : { step: step.id }),
    ...(step?.instance === undefined ? {} : { instance: step.instance }),
  });
  return executeHook(hook, event, context);
}

/** A failure with attempts left is thrown, for Temporal to try again; the last one is what the hook came to. */
async function decide(
  reading: Exclude<HookReading, { kind: "cancelled" }>,
  hook: Hook,
  info: Info,
  deps: ActivityDeps,
): Promise<Decided> {
  if (reading.kind === "decided")
    return { status: "completed", outcome: await storeLargeParts(reading.outcome, deps) };
  const error = nameFailure(reading);
  const failure = createFailure(error);
  const { maximumAttempts } = hook.retry;
  const isLast = maximumAttempts > 0 && info.attempt >= maximumAttempts;
  if (!isLast && failure.nonRetryable !== true) throw failure;
  const status = reading.timedOut ? "timeout" : "failed";
  return { status, outcome: outcomeOfFailure(hook, error), error };
}

/** Timeouts and unreadable answers keep their type; everything else that keeps a hook from deciding is HookFailed. */
function nameFailure({ error, timedOut }: Extract<HookReading, { kind: "failed" }>): ErrorInfo {
  if (timedOut || error.type === "HookOutcomeInvalid") return error;
  const { type, message, details } = error;
  return {
    type: "HookFailed",
    message,
    details: { type, ...(details === undefined ? {} : { details }) },
  };
}

/** All attempts are used up: Temporal must not try again even where the policy of the activity would. */
function finalFailure(error: ErrorInfo): Error {
  const failure = createFailure(error);
  return Object.assign(failure, { nonRetryable: true });
}

async function storeLargeParts(outcome: Outcome, deps: ActivityDeps): Promise<Outcome> {
  switch (outcome.outcome) {
    case "modify":
      return { ...outcome, input: await storeIfLarge(outcome.input, deps.registry) };
    case "replace":
      return { ...outcome, output: await storeIfLarge(outcome.output, deps.registry) };
    default:
      return outcome;
  }
}

function resultOf({ outcome, durationMs, attempt, error }: HookExecution): HookResult {
  return { outcome, ms: durationMs, attempts: attempt, ...(error === undefined ? {} : { error }) };
}

type Described = Omit<
  HookExecution,
  "executionId" | "status" | "outcome" | "error" | "startedAt" | "durationMs"
>;

function describe({ hook, event }: HookInput, info: Info): Described {
  const { step, run } = event;
  return {
    workflowId: run.workflowId,
    runId: run.id,
    pattern: run.pattern,
    point: event.point,
    hook: hook.name,
    source: hook.source,
    attempt: info.attempt,
    ...(step === undefined ? {} : { step: step.id, input: step.input }),
    ...(step?.instance === undefined ? {} : { instance: step.instance }),
    ...(run.session === undefined ? {} : { session: run.session }),
  };
}
