import { Context, type Info } from "@temporalio/activity";

import {
  executeHookBatch,
  type HandlerContext,
  type HookReading,
} from "../hooks/executors/index.ts";
import { describeFiring, executionIdOf, recordingOf, type HookEvent } from "../hooks/index.ts";
import type { HookExecution } from "../registry/index.ts";
import { refuseChanged } from "./changed-scripts.ts";
import type { HookBatchInput, HookBatchResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { cancelledFailure } from "./failure.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { decide, resultOf, type Decided } from "./hook-decision.ts";
import { contextFor } from "./hook.ts";
import { leaveGate, passGate, type GateCall } from "./hook-gate.ts";
import type { Ledger } from "./ledger.ts";
import { redactorOf } from "./redaction.ts";

type Found = Map<HookEvent, HookExecution>;

/** Runs one hook for several firings at once; each is an execution of its own in the ledger. */
export async function runHookBatch(
  input: HookBatchInput,
  deps: ActivityDeps,
  ledger: Ledger,
): Promise<HookBatchResult> {
  const { info } = Context.current();
  const { hook, events } = input;
  const kept: Found =
    info.attempt > 1 ? await findKnown(input, ledger) : new Map<HookEvent, HookExecution>();
  const open = events.filter((event) => !kept.has(event));
  const [first] = open;
  if (first !== undefined) {
    const context = contextFor({ ...input, event: first }, deps, info.attempt);
    const call: GateCall = {
      hook,
      event: first,
      executionId: executionIdOf(first, hook),
      signal: context.signal,
    };
    await withHeartbeat(async () => {
      const decisions = await ask({ input, open, info, context, call }, deps);
      for (const { event, decided, ms } of decisions)
        kept.set(event, await record(input, event, { ...decided, durationMs: ms }, deps, ledger));
    });
  }
  return {
    results: events.flatMap((event) => {
      const execution = kept.get(event);
      return execution === undefined ? [] : [resultOf(execution)];
    }),
  };
}

interface BatchJob {
  readonly input: HookBatchInput;
  readonly open: readonly HookEvent[];
  readonly info: Pick<Info, "attempt">;
  readonly context: HandlerContext;
  readonly call: GateCall;
}

interface BatchDecision {
  readonly event: HookEvent;
  readonly decided: Decided;
  readonly ms: number;
}

/** A batch passes the gate as one call. */
async function ask(job: BatchJob, deps: ActivityDeps): Promise<readonly BatchDecision[]> {
  const { input, open, info, context, call } = job;
  const { hook } = input;
  const refusal = info.attempt > 1 ? undefined : await passGate(call, deps);
  if (refusal !== undefined)
    return open.map((event) => ({ event, decided: { status: "skipped", ...refusal }, ms: 0 }));
  const changed = await refuseChanged(hook, call.event, context.cwd);
  if (changed !== undefined) {
    await leaveGate(call, { kind: "cancelled" }, deps);
    return open.map((event) => ({ event, decided: changed, ms: 0 }));
  }
  const clock = performance.now();
  const readings = context.signal.aborted ? [] : await executeHookBatch(hook, open, context);
  const ms = Math.round(performance.now() - clock);
  if (readings.length === 0 || readings.some(isCancelled)) {
    await leaveGate(call, { kind: "cancelled" }, deps);
    throw cancelledFailure();
  }
  const decisions: BatchDecision[] = [];
  for (const [index, reading] of readings.entries()) {
    const event = open[index];
    if (event === undefined || isCancelled(reading)) continue;
    decisions.push({ event, decided: await decide(reading, hook, info, deps), ms });
  }
  const failed = decisions.some(({ decided }) => decided.status !== "completed");
  await leaveGate(call, { kind: "ended", failed, ms }, deps);
  return decisions;
}

function isCancelled(reading: HookReading): reading is Extract<HookReading, { kind: "cancelled" }> {
  return reading.kind === "cancelled";
}

async function findKnown({ hook, events }: HookBatchInput, ledger: Ledger): Promise<Found> {
  const known: Found = new Map();
  for (const event of events) {
    const execution = await ledger.find(executionIdOf(event, hook));
    if (execution !== undefined) known.set(event, execution);
  }
  return known;
}

function record(
  { run, hook }: HookBatchInput,
  event: HookEvent,
  decided: Decided & Pick<HookExecution, "durationMs">,
  deps: ActivityDeps,
  ledger: Ledger,
): Promise<HookExecution> {
  const { info } = Context.current();
  const redactor = redactorOf(deps);
  const one = { run, hook, event };
  return ledger.record(
    {
      ...describeFiring(one, info, redactor),
      executionId: executionIdOf(event, hook),
      startedAt: new Date(Date.now() - decided.durationMs),
      ...decided,
    },
    recordingOf(one, redactor),
  );
}
