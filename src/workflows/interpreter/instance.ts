import type { JsonValue } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import { armCompensation, completeCompensation, performFallback } from "./alternatives.ts";
import type { Canceller } from "./canceller.ts";
import { defined } from "../../core/index.ts";
import { cacheRule, withCache } from "./cache.ts";
import { attempt } from "./conditions.ts";
import type { RunContext } from "./context.ts";
import { fireForEnding } from "./endings.ts";
import type { Environment } from "./environment.ts";
import { fire, hasHooks, stepSubject, type StepFactsForHooks } from "./fire.ts";
import type { PointResult, Subject } from "./ports.ts";
import { fork, redirectTo, skipTo } from "./jumps.ts";
import { withLock } from "./lock.ts";
import { perform, prepareInput } from "./perform.ts";
import { failed, type Settled, type StepRecord } from "./state.ts";

/** All that one instance needs while it runs. */
export interface Instance {
  readonly ctx: RunContext;
  readonly step: PlanStep;
  readonly record: StepRecord;
  readonly env: Environment;
  readonly cancel: Canceller;
}

/** What a pass decided: an end, or another try of the same instance. */
type Verdict =
  | { readonly kind: "settled"; readonly outcome: Settled }
  | {
      readonly kind: "again";
      readonly delayMs: number;
      readonly maxAttempts: number;
      readonly otherwise: Settled;
    };

/** Tries of one instance that hooks may ask for, when the hook does not say. */
const DEFAULT_TRIES = 3;
const DEFAULT_RETRY_DELAY_MS = 1000;

/** Runs one instance of a step: hooks, body, hooks, and again where a hook says so. */
export async function runInstance(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  const instance = { ctx, step, record, env, cancel };
  if (isBare(instance)) return runBare(instance);
  const outcome = await tryUntilSettled(instance);
  const cleans = hasHooks(ctx, "step.cleanup", step.id);
  if (cleans && record.prepared !== undefined && outcome.status !== "suspended")
    await fireForEnding(ctx, "step.cleanup", step, env.path, { reason: outcome.status });
  switch (outcome.status) {
    case "succeeded":
      completeCompensation(instance, outcome.output);
      return outcome;
    case "failed":
      return step.fallback === undefined || cancel.cancelled
        ? outcome
        : performFallback(instance, step.fallback, outcome);
    case "cancelled":
      await fireForEnding(ctx, "step.cancelled", step, env.path, { reason: outcome.reason });
      return outcome;
    case "skipped":
    case "suspended":
      return outcome;
  }
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
    if (verdict.kind === "settled") return cancelledInstead(cancel, verdict.outcome);
    if (record.tries >= verdict.maxAttempts) return verdict.otherwise;
    await ctx.effects.sleep(verdict.delayMs, `${step.id} retry asked for by a hook`, cancel);
    if (cancel.cancelled) return { status: "cancelled", reason: cancel.reason };
    record.tries += 1;
    delete record.prepared;
  }
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
  const outcome = await withLock(instance, () =>
    withCache(instance, rule, () => perform(instance, step.body, input, step)),
  );
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

/** What is asked before a body, in this order; an agent's own points come between. */
const BEFORE = ["step.validate", "step.authorize", "step.allocate"] as const;
const BEFORE_AGENT = ["agent.assign", "agent.enter"] as const;

/** Fires every point before the body; the first that decides something ends the row. */
async function fireBefore(instance: Instance, input: JsonValue): Promise<PointResult> {
  const agent = instance.step.body.kind === "agent" ? BEFORE_AGENT : [];
  let result: PointResult = { decision: { outcome: "continue" }, input };
  for (const point of [...BEFORE, ...agent, "step.before"]) {
    // Asked first, because even an await of nothing costs: see `runBare`.
    if (!hasHooks(instance.ctx, point, instance.step.id)) continue;
    const fired = await fireStep(instance, point, { input: result.input });
    if (fired === undefined) continue;
    result = { ...fired, ...defined({ cache: fired.cache ?? result.cache }) };
    if (fired.failure !== undefined || fired.decision.outcome !== "continue") return result;
  }
  return result;
}

/** Jumps, retries and forks mean the same at every point of a step. Undefined where the step just goes on. */
async function steer(
  instance: Instance,
  { decision, by = "" }: PointResult,
  otherwise: Settled,
): Promise<Verdict | undefined> {
  switch (decision.outcome) {
    case "retry":
      return again(decision, otherwise);
    case "redirect":
      return settled(await redirectTo(instance, decision.step));
    case "skipTo":
      return settled(skipTo(instance, decision.step, by));
    case "fork":
      fork(instance, decision.operations, by);
      return undefined;
    default:
      return undefined;
  }
}

async function afterSuccess(
  instance: Instance,
  input: JsonValue,
  output: JsonValue,
  startedAt: number,
): Promise<Verdict> {
  const { ctx, step } = instance;
  const durationMs = ctx.effects.now() - startedAt;
  if (hasHooks(ctx, "agent.exit", step.id)) {
    const facts = { input, output, durationMs };
    const left = await fireExit(instance, facts, { status: "succeeded", output });
    if (left !== undefined) return left;
  }
  if (!hasHooks(ctx, "step.after", step.id)) return settled({ status: "succeeded", output });
  const after = await fireStep(instance, "step.after", { input, output, durationMs });
  return conclude(instance, after, { status: "succeeded", output });
}

async function settleFailure(
  instance: Instance,
  input: JsonValue,
  failure: Settled,
  startedAt: number,
): Promise<Verdict> {
  if (failure.status !== "failed") return settled(failure);
  const durationMs = instance.ctx.effects.now() - startedAt;
  const { error } = failure;
  if (error.type === "TimedOut")
    await fireStep(instance, "step.timeout", { input, error, durationMs });
  const result = await fireStep(instance, "step.error", { input, error, durationMs });
  return conclude(instance, result, failure);
}

/** An agent leaves its state, whatever it brought; undefined where nothing was decided about that. */
async function fireExit(
  instance: Instance,
  facts: StepFactsForHooks,
  outcome: Settled,
): Promise<Verdict | undefined> {
  if (instance.step.body.kind !== "agent") return undefined;
  const result = await fireStep(instance, "agent.exit", facts);
  return result === undefined || result.decision.outcome === "continue"
    ? undefined
    : conclude(instance, result, outcome);
}

/** What the hooks after a body made of its outcome. */
async function conclude(
  instance: Instance,
  result: PointResult | undefined,
  outcome: Settled,
): Promise<Verdict> {
  if (result === undefined) return settled(outcome);
  if (result.failure !== undefined) return settled(result.failure);
  const { decision } = result;
  if (decision.outcome === "replace")
    return settled({ status: "succeeded", output: decision.output });
  return (await steer(instance, result, outcome)) ?? settled(outcome);
}

async function fireStep(
  instance: Instance,
  point: string,
  facts: StepFactsForHooks,
): Promise<PointResult | undefined> {
  const { ctx, step, env, record, cancel } = instance;
  const describe = (): Subject => stepSubject(step, env.path, record.tries ?? 1, step.body, facts);
  return fire(ctx, point, step.id, describe, cancel);
}

function settled(outcome: Settled): Verdict {
  return { kind: "settled", outcome };
}

function again(
  decision: { readonly delayMs?: number; readonly maxAttempts?: number },
  otherwise: Settled,
): Verdict {
  return {
    kind: "again",
    delayMs: decision.delayMs ?? DEFAULT_RETRY_DELAY_MS,
    maxAttempts: decision.maxAttempts ?? DEFAULT_TRIES,
    otherwise,
  };
}
