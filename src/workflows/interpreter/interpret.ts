/**
 * Runs a plan to its end: hooks of the run, the top scope, undo, result. Pure but for its effects.
 *
 * E1  The first reason to end a run wins; what comes later is a consequence and never overwrites it.
 * E2  Hooks of the ending (`run.succeeded`, `run.failed`, `run.cancelled`) and compensations cannot be cancelled.
 * E3  Nothing of the run is still at work when it ends: background work is awaited first.
 * E4  What ends does not continue as new: undo and the questions of the ending's hooks are carried to their end.
 */
import type { ErrorInfo, JsonObject, JsonValue } from "../../core/index.ts";
import { formatDuration, isJsonObject, jsonByteLength } from "../../core/index.ts";
import { runCompensations } from "./alternatives.ts";
import { createCanceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import { haltRun, keepsInterrupted, stopDraining, type RunContext } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import { evaluateIn, type Environment } from "./environment.ts";
import { flushBatches } from "./hook-batches.ts";
import { rollBackRun } from "./hook-rollbacks.ts";
import type { PointResult, ScopeOutcome } from "./ports.ts";
import { runFailure } from "./run-failure.ts";
import { shapeOf } from "./shape.ts";
import { storeValue, SPILL_LIMIT_BYTES } from "./spill.ts";
import type { ScopeRecord } from "./state.ts";
import { tellFailure } from "./system-points.ts";
import { watches } from "./watches.ts";

export type RunOutcome =
  | { readonly kind: "succeeded"; readonly output: JsonValue }
  | { readonly kind: "failed"; readonly error: ErrorInfo }
  | { readonly kind: "cancelled"; readonly reason: string }
  | { readonly kind: "continue" };

/** Results up to this size are returned as they are; larger ones by reference, like any large output. */
const RESULT_LIMIT_BYTES = 4 * SPILL_LIMIT_BYTES;

export async function interpret(
  ctx: RunContext,
  top: ScopeRecord,
  resumed: boolean,
): Promise<RunOutcome> {
  const stopTimer = limitRun(ctx);
  if (!resumed) await beginRun(ctx);
  const scope = await runTop(ctx, top);
  flushBatches(ctx);
  while (ctx.background.size > 0) {
    await Promise.allSettled([...ctx.background]);
    flushBatches(ctx);
  }
  stopTimer();
  if (scope?.kind === "suspended" && ctx.halt === undefined) return { kind: "continue" };
  return hasAsyncHooks(ctx) ? drainAfter(ctx, endRun(ctx, top, scope)) : endRun(ctx, top, scope);
}

/** Ends a run that was halted on its way to the next execution. */
export function endHalted(ctx: RunContext, top: ScopeRecord): Promise<RunOutcome> {
  const ending = endRun(ctx, top, undefined);
  return hasAsyncHooks(ctx) ? drainAfter(ctx, ending) : ending;
}

/** Runs that began before asynchronous hooks of an ending were waited for go on without. */
function hasAsyncHooks({ hooks }: RunContext): boolean {
  return hooks.format !== undefined && hooks.hooks.some(({ mode }) => mode !== "sync");
}

/** The hooks that an ending starts are awaited like all others. */
async function drainAfter<Ended>(ctx: RunContext, ending: Promise<Ended>): Promise<Ended> {
  const ended = await ending;
  flushBatches(ctx);
  while (ctx.background.size > 0) await Promise.allSettled([...ctx.background]);
  return ended;
}

/** The pattern's own time limit, over all its continued runs. */
function limitRun(ctx: RunContext): () => void {
  const { timeoutMs } = ctx.plan;
  if (timeoutMs === undefined) return () => undefined;
  const timer = startTimer(ctx, ctx.startedAt + timeoutMs, "run timeout", createCanceller(), () => {
    const message = `the run did not end within ${formatDuration(timeoutMs)}`;
    haltRun(ctx, { kind: "timedOut", error: { type: "RunTimedOut", message } });
  });
  return () => {
    timer.cancel("the run ended");
  };
}

async function beginRun(ctx: RunContext): Promise<void> {
  const result = await fireRun(ctx, "run.before", { input: ctx.input });
  if (result === undefined || ctx.halt !== undefined) return;
  if (result.failure?.status === "failed")
    haltRun(ctx, { kind: "failed", error: result.failure.error });
  else if (result.decision.outcome === "replace")
    haltRun(ctx, { kind: "stop", output: result.decision.output });
  else ctx.input = result.input;
}

async function runTop(ctx: RunContext, top: ScopeRecord): Promise<ScopeOutcome | undefined> {
  if (ctx.halt !== undefined) return undefined;
  return ctx.ports.runScope(ctx, ctx.plan.steps, top, undefined, ctx.root);
}

async function endRun(
  ctx: RunContext,
  top: ScopeRecord,
  scope: ScopeOutcome | undefined,
): Promise<RunOutcome> {
  if (keepsInterrupted(ctx)) stopDraining(ctx);
  const { halt } = ctx;
  switch (halt?.kind) {
    case "cancelled":
      return endCancelled(ctx, halt.reason);
    case "failed":
    case "timedOut":
      return endFailed(ctx, halt.error);
    case "stop":
      return endSucceeded(ctx, halt.output);
    case undefined:
      return endOfGraph(ctx, top, scope);
  }
}

async function endOfGraph(
  ctx: RunContext,
  top: ScopeRecord,
  scope: ScopeOutcome | undefined,
): Promise<RunOutcome> {
  const failure = scope?.failure;
  if (failure !== undefined)
    return endFailed(ctx, runFailure(ctx.steps.values(), failure.step.id, failure.record.error));
  const output = attempt(() => resultOf(ctx, top));
  return output.ok
    ? endSucceeded(ctx, output.value)
    : endFailed(ctx, { type: "ExpressionFailed", message: `output: ${output.message}` });
}

async function endSucceeded(ctx: RunContext, output: JsonValue): Promise<RunOutcome> {
  const result = await fireRun(ctx, "run.succeeded", { output });
  if (result?.failure?.status === "failed") return endFailed(ctx, result.failure.error);
  const final = result?.decision.outcome === "replace" ? result.decision.output : output;
  const small = jsonByteLength(final) <= RESULT_LIMIT_BYTES;
  return { kind: "succeeded", output: small ? final : await storeValue(ctx, final) };
}

async function endFailed(ctx: RunContext, error: ErrorInfo): Promise<RunOutcome> {
  const problems = await runCompensations(ctx);
  const owed = ctx.hookWork.undo.length > 0;
  const hookProblems = owed
    ? await rollBackRun(ctx, { status: "failed", error: { ...error } })
    : [];
  const undone = withProblems(error, problems, hookProblems);
  if (error.type === "RunTimedOut" && watches(ctx, "system.limitExceeded"))
    await tellFailure(ctx, "", error, {});
  const result = await fireRun(ctx, "run.failed", { error: { ...undone } });
  // A hook that replaces a failed run's result turns it into a success, as it does for a step.
  if (result?.decision.outcome === "replace")
    return { kind: "succeeded", output: result.decision.output };
  return { kind: "failed", error: undone };
}

async function endCancelled(ctx: RunContext, reason: string): Promise<RunOutcome> {
  const problems = await runCompensations(ctx);
  if (ctx.hookWork.undo.length > 0) await rollBackRun(ctx, { status: "cancelled", reason });
  await fireRun(ctx, "run.cancelled", { reason, compensationProblems: problems });
  return { kind: "cancelled", reason };
}

function withProblems(
  error: ErrorInfo,
  compensationProblems: readonly string[],
  rollbackProblems: readonly string[],
): ErrorInfo {
  if (compensationProblems.length + rollbackProblems.length === 0) return error;
  const details = isJsonObject(error.details) ? error.details : {};
  return {
    ...error,
    details: {
      ...details,
      ...(compensationProblems.length === 0 ? {} : { compensationProblems }),
      ...(rollbackProblems.length === 0 ? {} : { rollbackProblems }),
    },
  };
}

function fireRun(
  ctx: RunContext,
  point: string,
  data: JsonObject,
): Promise<PointResult | undefined> {
  const cancel = point === "run.before" ? ctx.root : createCanceller();
  return ctx.ports.fire(
    ctx,
    point,
    undefined,
    () => ({ key: "", data, input: ctx.input, attempt: 1 }),
    cancel,
  );
}

/** Tells the hooks that the run goes on in another one. */
export async function fireContinued(ctx: RunContext): Promise<void> {
  const fired = fireRun(ctx, "run.continued", { settled: ctx.report.steps.size });
  await (hasAsyncHooks(ctx) ? drainAfter(ctx, fired) : fired);
}

/** The pattern's `output`, or else the outputs of the steps that no other step needs. */
function resultOf(ctx: RunContext, top: ScopeRecord): JsonValue {
  const shape = shapeOf(ctx.plan.steps);
  const env: Environment = { record: top, ids: shape.ids, path: "" };
  if (ctx.plan.output !== undefined) return evaluateIn(ctx, ctx.plan.output, env);
  const output: Record<string, JsonValue> = {};
  shape.steps.forEach((step, index) => {
    if ((shape.dependents[index] ?? []).length === 0)
      output[step.id] = top.steps[step.id]?.output ?? null;
  });
  return output;
}
