import { Context, type Info } from "@temporalio/activity";

import { messageOf } from "../core/index.ts";
import { describeFiring, executionIdOf, extendOrigin, recordingOf } from "../hooks/index.ts";
import { executeHook, type HandlerContext } from "../hooks/executors/index.ts";
import type { HookExecution } from "../registry/index.ts";
import { refuseChanged } from "./changed-scripts.ts";
import type { HookInput, HookResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import type { DetachedWork } from "./detached.ts";
import { cancelledFailure } from "./failure.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { decide, finalFailure, resultOf, type Decided } from "./hook-decision.ts";
import { leaveGate, passGate, type GateCall } from "./hook-gate.ts";
import type { Ledger } from "./ledger.ts";
import { redactorOf } from "./redaction.ts";
import { handlerContext } from "./run-context.ts";

/** One attempt at one hook. */
export interface Job {
  readonly input: HookInput;
  readonly info: Pick<Info, "attempt">;
  readonly context: HandlerContext;
  readonly call: GateCall;
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
  const { hook, event } = input;
  const executionId = executionIdOf(event, hook);
  // A first attempt has nothing to find, and local hooks must not pay for looking.
  const known = info.attempt > 1 ? await ledger.find(executionId) : undefined;
  if (known !== undefined) return resultOf(known);

  const context = contextFor(input, deps, info.attempt);
  const call: GateCall = { hook, event, executionId, signal: context.signal };
  const job: Job = { input, info, context, call };
  if (hook.mode === "fire_and_forget" && deps.detached !== undefined)
    return launch(job, deps, ledger, deps.detached);
  const kept = await withHeartbeat(() => executeRecorded(job, deps, ledger));
  if (kept === undefined) throw cancelledFailure();
  const isFailure = kept.status === "failed" || kept.status === "timeout";
  if (isFailure && kept.error !== undefined && hook.onError !== "open")
    throw finalFailure(kept.error);
  return resultOf(kept);
}

/** Begins a hook that nobody waits for, not even the end of its run; it has one attempt, and the ledger tells the rest. */
function launch(job: Job, deps: ActivityDeps, ledger: Ledger, detached: DetachedWork): HookResult {
  const { hook } = job.input;
  const once = { ...hook, retry: { ...hook.retry, maximumAttempts: 1 } };
  detached.start(async (signal) => {
    const input = { ...job.input, hook: once };
    const call = { ...job.call, hook: once, signal };
    const context = { ...job.context, signal };
    try {
      await executeRecorded({ ...job, input, call, context }, deps, ledger);
    } catch (error) {
      deps.log.warn({ hook: hook.name, error: messageOf(error) }, "fire_and_forget hook broke");
    }
  });
  return { outcome: { outcome: "continue" }, ms: 0, attempts: job.info.attempt };
}

/** Asks the gate, the hook, and keeps what came of it; undefined when it was cancelled. */
export async function executeRecorded(
  job: Job,
  deps: ActivityDeps,
  ledger: Ledger,
): Promise<HookExecution | undefined> {
  const { input, info, context, call } = job;
  const startedAt = new Date();
  const redactor = redactorOf(deps);
  const record = (durationMs: number, decided: Decided): Promise<HookExecution> =>
    ledger.record(
      {
        ...describeFiring(input, info, redactor),
        executionId: call.executionId,
        startedAt,
        durationMs,
        ...decided,
      },
      recordingOf(input, redactor),
    );
  // Asked once per execution: the attempts of one that was let through belong to it.
  const refusal = info.attempt > 1 ? undefined : await passGate(call, deps);
  if (refusal !== undefined) return record(0, { status: "skipped", ...refusal });
  const changed = await refuseChanged(input.hook, input.event, input.run.workspace);
  if (changed !== undefined) {
    await leaveGate(call, { kind: "cancelled" }, deps);
    return record(0, changed);
  }
  const clock = performance.now();
  const reading = context.signal.aborted
    ? ({ kind: "cancelled" } as const)
    : await executeHook(input.hook, input.event, context);
  if (reading.kind === "cancelled") {
    await leaveGate(call, { kind: "cancelled" }, deps);
    return undefined;
  }
  const ms = Math.round(performance.now() - clock);
  const decided = await decide(reading, input.hook, info, deps);
  await leaveGate(call, { kind: "ended", failed: decided.status !== "completed", ms }, deps);
  return record(ms, decided);
}

export function contextFor(
  { run, hook, event }: HookInput,
  deps: ActivityDeps,
  attempt: number,
): HandlerContext {
  const { step } = event;
  return handlerContext(deps, {
    run,
    attempt,
    timeoutMs: hook.timeoutMs,
    origin: extendOrigin(run.origin, event.run.pattern, hook.name),
    ...(step === undefined ? {} : { step: step.id }),
    ...(step?.instance === undefined ? {} : { instance: step.instance }),
  });
}
