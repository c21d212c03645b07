import type { JsonValue } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import { recoverAgent, retireAgent, stagesBefore, watchesAgent } from "./agent-states.ts";
import {
  armCompensation,
  completeCompensation,
  failureBehind,
  performFallback,
} from "./alternatives.ts";
import type { Canceller } from "./canceller.ts";
import { defined } from "../../core/index.ts";
import { cacheRule, withCache } from "./cache.ts";
import { attempt } from "./conditions.ts";
import { isAtLeast, type RunContext } from "./context.ts";
import { fireForEnding } from "./endings.ts";
import type { Environment } from "./environment.ts";
import type { PointResult } from "./ports.ts";
import { owesRollback, rollBackInstance } from "./hook-rollbacks.ts";
import { withLock } from "./lock.ts";
import { perform, prepareInput } from "./perform.ts";
import { failed, type Settled, type StepRecord } from "./state.ts";
import { seeState, watchesReads } from "./state-reads.ts";
import { reopenWork } from "./steering.ts";
import { hasHooks, watches } from "./watches.ts";
import { afterSuccess, fireStep, settled, settleFailure, steer, type Verdict } from "./verdicts.ts";

/** All that one instance needs while it runs. */
export interface Instance {
  readonly ctx: RunContext;
  readonly step: PlanStep;
  readonly record: StepRecord;
  readonly env: Environment;
  readonly cancel: Canceller;
}

/** Runs one instance of a step: hooks, body, hooks, and again where a hook says so. */
export async function runInstance(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  const given = { ctx, step, record, env, cancel };
  if (isBare(given)) return runBare(given);
  const seen = watchesReads(ctx, step) ? await seeState(given) : given;
  if ("status" in seen) return seen;
  const instance = seen;
  const failure = failureBehind(instance);
  if (failure !== undefined) return afterFailure(instance, failure);
  const tried = await tryUntilSettled(instance);
  const outcome = watchesAgent(ctx, step.id) ? await retireAgent(instance, tried) : tried;
  const cleans = hasHooks(ctx, "step.cleanup", step.id);
  if (cleans && record.prepared !== undefined && outcome.status !== "suspended")
    await fireForEnding(ctx, "step.cleanup", step, env.path, { reason: outcome.status });
  switch (outcome.status) {
    case "succeeded":
      completeCompensation(instance, outcome.output);
      return outcome;
    case "failed":
      return afterFailure(instance, outcome);
    case "cancelled":
      await fireForEnding(ctx, "step.cancelled", step, env.path, { reason: outcome.reason });
      return owesRollback(instance) ? rollBackInstance(instance, outcome) : outcome;
    case "skipped":
      if (watches(ctx, "step.skipped", step.id))
        await fireForEnding(ctx, "step.skipped", step, env.path, { reason: outcome.reason });
      return outcome;
    case "suspended":
      return outcome;
  }
}

/** A fallback may still save the step; where nothing does, its hooks undo what they did. */
function afterFailure(instance: Instance, outcome: Settled): Settled | Promise<Settled> {
  const { step, cancel } = instance;
  const ended =
    step.fallback === undefined || cancel.cancelled
      ? outcome
      : performFallback(instance, step.fallback, outcome);
  return owesRollback(instance) ? rollBackInstance(instance, ended) : ended;
}

/** Nothing around the body: no hooks, no lock, no cache, no fallback. Most steps are like that. */
function isBare({ ctx, step }: Instance): boolean {
  return (
    ctx.hooks.steps[step.id] === undefined &&
    step.lock === undefined &&
    step.cache === undefined &&
    step.fallback === undefined
  );
}

/**
 * The same as the long way round, without its awaits: inside the sandbox every promise is tracked and costs tens of
 * microseconds, and a chain of points at which nothing fires is dozens of them per step.
 */
async function runBare(instance: Instance): Promise<Settled> {
  const { ctx, step, record, env, cancel } = instance;
  if (record.prepared === undefined) {
    const input = attempt(() => prepareInput(ctx, step.body, env));
    if (!input.ok) return failed("ExpressionFailed", `${step.id}: ${input.message}`);
    record.prepared = input.value;
  }
  armCompensation(instance, record.prepared);
  const outcome = cancelledInstead(
    cancel,
    await perform(instance, step.body, record.prepared, step),
  );
  if (outcome.status === "succeeded") completeCompensation(instance, outcome.output);
  return outcome;
}

async function tryUntilSettled(instance: Instance): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  for (;;) {
    record.tries ??= 1;
    const verdict = await pass(instance);
    // Only where the hooks after the work are still to be asked, it must be known what the work brought.
    if (verdict.kind !== "settled" || verdict.outcome.status !== "suspended") delete record.brought;
    if (verdict.kind === "settled") return cancelledInstead(cancel, verdict.outcome);
    if (record.tries >= verdict.maxAttempts) return verdict.otherwise;
    if (watchesAgent(ctx, step.id)) await recoverAgent(instance, verdict.otherwise);
    await ctx.effects.sleep(verdict.delayMs, `${step.id} retry asked for by a hook`, cancel);
    if (cancel.cancelled) return { status: "cancelled", reason: cancel.reason };
    record.tries += 1;
    delete record.prepared;
    if (isAtLeast(ctx, 3)) openAgain(instance);
  }
}

/** What hooks decided about the steps inside does not count for another try of them. */
function openAgain({ ctx, record }: Instance): void {
  if (record.scope !== undefined) ctx.retries += 1;
  reopenWork(record);
}

/** A failure that is only the echo of a cancellation is a cancellation. */
function cancelledInstead(cancel: Canceller, outcome: Settled): Settled {
  return cancel.cancelled && outcome.status === "failed"
    ? { status: "cancelled", reason: cancel.reason }
    : outcome;
}

async function pass(instance: Instance): Promise<Verdict> {
  const { ctx, step, record, cancel } = instance;
  const startedAt = ctx.effects.now();
  let cache: PointResult["cache"];
  if (record.prepared === undefined) {
    const before = await prepare(instance, startedAt);
    if ("kind" in before) return before;
    if (cancel.cancelled) return settled({ status: "cancelled", reason: cancel.reason });
    cache = before.cache;
  }
  const input = record.prepared ?? null;
  const rule = cacheRule(instance, cache);
  if (rule !== undefined && "status" in rule)
    return settleFailure(instance, input, rule, startedAt);
  armCompensation(instance, input);
  const outcome =
    record.brought ??
    (await withLock(instance, () =>
      withCache(instance, rule, () => perform(instance, step.body, input, step)),
    ));
  if (outcome.status !== "suspended") record.brought = outcome;
  if (outcome.status === "succeeded")
    return afterSuccess(instance, input, outcome.output, startedAt);
  return outcome.status === "failed" && !cancel.cancelled
    ? settleFailure(instance, input, outcome, startedAt)
    : settled(outcome);
}

/** Evaluates the input and asks the `step.before` hooks; a verdict means that the body does not run now. */
async function prepare(instance: Instance, startedAt: number): Promise<Verdict | PointResult> {
  const { ctx, step, record, env } = instance;
  const input = attempt(() => prepareInput(ctx, step.body, env));
  if (!input.ok) {
    const failure = failed("ExpressionFailed", `${step.id}: ${input.message}`);
    return settleFailure(instance, null, failure, startedAt);
  }
  const before = await fireBefore(instance, input.value);
  if (before.failure !== undefined) return settled(before.failure);
  if (before.decision.outcome === "replace")
    return afterSuccess(instance, before.input, before.decision.output, startedAt);
  const steered = await steer(
    instance,
    before,
    failed("HookCancelled", "a hook asked for too many retries"),
  );
  if (steered !== undefined) return steered;
  record.prepared = before.input;
  return before;
}

/** Fires every point before the body; the first that decides something ends the row. */
async function fireBefore(instance: Instance, input: JsonValue): Promise<PointResult> {
  const { ctx, step } = instance;
  let result: PointResult = { decision: { outcome: "continue" }, input };
  for (const { point, status } of stagesBefore(instance)) {
    // Asked first, because even an await of nothing costs: see `runBare`.
    if (!hasHooks(ctx, point, step.id)) continue;
    const data = status === undefined ? undefined : { status };
    const fired = await fireStep(instance, point, { input: result.input }, data);
    if (fired === undefined) continue;
    result = { ...fired, ...defined({ cache: fired.cache ?? result.cache }) };
    if (fired.failure !== undefined || fired.decision.outcome !== "continue") return result;
  }
  return result;
}
