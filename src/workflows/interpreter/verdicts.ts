import type { JsonObject, JsonValue } from "../../core/index.ts";
import { exitRunning, failAgent } from "./agent-states.ts";
import { fire, stepSubject, type StepFactsForHooks } from "./fire.ts";
import type { Instance } from "./instance.ts";
import { fork, redirectTo, skipTo } from "./jumps.ts";
import type { PointResult, Subject } from "./ports.ts";
import type { Settled } from "./state.ts";
import { hasHooks, watches } from "./watches.ts";

/** What a pass over an instance decided: an end, or another try of it. */
export type Verdict =
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

/** Failures that say that a step ran out of time, whichever clock it was. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  "TimedOut",
  "HeartbeatLost",
  "NoWorker",
  "WaitTimedOut",
  "ApprovalTimedOut",
  "LockTimedOut",
]);

/** Jumps, retries and forks mean the same at every point of a step. Undefined where the step just goes on. */
export async function steer(
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

export async function afterSuccess(
  instance: Instance,
  input: JsonValue,
  output: JsonValue,
  startedAt: number,
): Promise<Verdict> {
  const { ctx, step } = instance;
  const durationMs = ctx.effects.now() - startedAt;
  if (hasHooks(ctx, "agent.exit", step.id)) {
    const facts = { input, output, durationMs };
    const left = await leaveRunning(instance, facts, { status: "succeeded", output });
    if (left !== undefined) return left;
  }
  if (!hasHooks(ctx, "step.after", step.id)) return settled({ status: "succeeded", output });
  const after = await fireStep(instance, "step.after", { input, output, durationMs });
  return conclude(instance, after, { status: "succeeded", output });
}

export async function settleFailure(
  instance: Instance,
  input: JsonValue,
  failure: Settled,
  startedAt: number,
): Promise<Verdict> {
  if (failure.status !== "failed") return settled(failure);
  const { ctx, step } = instance;
  const durationMs = ctx.effects.now() - startedAt;
  const { error } = failure;
  const facts = { input, error, durationMs };
  if (watches(ctx, "agent.exit", step.id) || watches(ctx, "agent.enter", step.id)) {
    const left = await decideNow(instance, await failAgent(instance, facts), failure);
    if (left !== undefined) return left;
  }
  if (ctx.hooks.format === undefined) {
    if (error.type === "TimedOut") await fireStep(instance, "step.timeout", facts);
  } else if (TIMEOUTS.has(error.type) && hasHooks(ctx, "step.timeout", step.id)) {
    const late = await fireStep(instance, "step.timeout", facts);
    const decided = await decideNow(instance, late, failure);
    if (decided !== undefined) return decided;
  }
  const result = await fireStep(instance, "step.error", facts);
  return conclude(instance, result, failure);
}

/** An agent is done, whatever it brought; undefined where nothing was decided about that. */
async function leaveRunning(
  instance: Instance,
  facts: StepFactsForHooks,
  outcome: Settled,
): Promise<Verdict | undefined> {
  if (instance.step.body.kind !== "agent") return undefined;
  const result = await exitRunning(instance, facts);
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

/** Like `conclude` for a point that others follow: undefined where nothing was decided and those get their turn. */
export async function decideNow(
  instance: Instance,
  result: PointResult | undefined,
  outcome: Settled,
): Promise<Verdict | undefined> {
  if (result === undefined) return undefined;
  const { decision } = result;
  const goesOn = ["continue", "fork", "cache"].includes(decision.outcome);
  if (result.failure === undefined && goesOn) {
    await steer(instance, result, outcome);
    return undefined;
  }
  return conclude(instance, result, outcome);
}

export async function fireStep(
  instance: Instance,
  point: string,
  facts: StepFactsForHooks,
  data?: JsonObject,
): Promise<PointResult | undefined> {
  const { ctx, step, env, record, cancel } = instance;
  const describe = (): Subject =>
    stepSubject(step, env.path, record.tries ?? 1, step.body, facts, data);
  return fire(ctx, point, step.id, describe, cancel);
}

export function settled(outcome: Settled): Verdict {
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
