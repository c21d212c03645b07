import type { JsonValue } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import { armCompensation, completeCompensation, performFallback } from "./alternatives.ts";
import type { Canceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import type { RunContext } from "./context.ts";
import { fireForEnding } from "./endings.ts";
import type { Environment } from "./environment.ts";
import { fire, stepSubject, type StepFactsForHooks } from "./fire.ts";
import type { PointResult, Subject } from "./ports.ts";
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
  const outcome = await tryUntilSettled(instance);
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
  if (record.prepared === undefined) {
    const refused = await prepare(instance, startedAt);
    if (refused !== undefined) return refused;
    if (cancel.cancelled) return settled({ status: "cancelled", reason: cancel.reason });
  }
  const input = record.prepared ?? null;
  armCompensation(instance, input);
  const outcome = await perform(instance, step.body, input, step);
  if (outcome.status === "succeeded")
    return afterSuccess(instance, input, outcome.output, startedAt);
  return outcome.status === "failed" && !cancel.cancelled
    ? settleFailure(instance, input, outcome, startedAt)
    : settled(outcome);
}

/** Evaluates the input and asks the `step.before` hooks; a verdict means that the body does not run now. */
async function prepare(instance: Instance, startedAt: number): Promise<Verdict | undefined> {
  const { ctx, step, record, env } = instance;
  const input = attempt(() => prepareInput(ctx, step.body, env));
  if (!input.ok) {
    const failure = failed("ExpressionFailed", `${step.id}: ${input.message}`);
    return settleFailure(instance, null, failure, startedAt);
  }
  const before = await fireStep(instance, "step.before", { input: input.value });
  if (before === undefined) {
    record.prepared = input.value;
    return undefined;
  }
  const { decision, failure } = before;
  if (failure !== undefined) return settled(failure);
  if (decision.outcome === "replace")
    return afterSuccess(instance, before.input, decision.output, startedAt);
  if (decision.outcome === "retry")
    return again(decision, failed("HookCancelled", "a hook asked for too many retries"));
  record.prepared = before.input;
  return undefined;
}

async function afterSuccess(
  instance: Instance,
  input: JsonValue,
  output: JsonValue,
  startedAt: number,
): Promise<Verdict> {
  const durationMs = instance.ctx.effects.now() - startedAt;
  const after = await fireStep(instance, "step.after", { input, output, durationMs });
  const decision = after?.decision;
  if (decision?.outcome === "replace")
    return settled({ status: "succeeded", output: decision.output });
  if (decision?.outcome === "retry") return again(decision, { status: "succeeded", output });
  return settled(after?.failure ?? { status: "succeeded", output });
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
  const result = await fireStep(instance, "step.error", { input, error, durationMs });
  const decision = result?.decision;
  if (decision?.outcome === "replace")
    return settled({ status: "succeeded", output: decision.output });
  if (decision?.outcome === "retry") return again(decision, failure);
  return settled(result?.failure ?? failure);
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
