/**
 * `system.limitExceeded`, `system.securityViolation` and `system.slow` inside a run: they only watch. What concerns a
 * worker as a whole (its start, its memory) is told by the worker itself.
 */
import { isJsonObject, type ErrorInfo, type JsonObject } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Subject } from "./ports.ts";
import type { Settled } from "./state.ts";
import { watches } from "./watches.ts";

const LIMITS: ReadonlySet<string> = new Set([
  "LimitExceeded",
  "JumpLimit",
  "LoopLimit",
  "OutputTooLarge",
  "RunTimedOut",
]);
/** Built-in hooks that guard paths, commands and tools: what they refuse broke one of their rules. */
const GUARDS: ReadonlySet<string> = new Set(["permission", "security", "gated-checkpoint"]);
/** A step or hook that took longer is slow, unless the hook that wants to know says `metadata: { slowMs }`. */
const SLOW_MS = 60_000;

const POINTS = ["system.limitExceeded", "system.securityViolation", "system.slow"] as const;

export function watchesSystem(ctx: RunContext): boolean {
  return POINTS.some((point) => watches(ctx, point));
}

/** Tells what a step's end means beyond the step. */
export async function tellSystem(
  ctx: RunContext,
  step: PlanStep,
  instance: string,
  outcome: Settled,
  ms: number,
): Promise<void> {
  const key = instance === "" ? step.id : `${step.id}[${instance}]`;
  const about = { step: step.id, kind: step.body.kind };
  if (outcome.status === "failed") await tellFailure(ctx, key, outcome.error, about);
  if (ms > slowMsOf(ctx)) await tell(ctx, "system.slow", key, { ...about, ms, what: "step" });
}

/** Tells of a failure that says that a limit was reached or a security rule was broken. */
export async function tellFailure(
  ctx: RunContext,
  key: string,
  error: ErrorInfo,
  about: JsonObject,
): Promise<void> {
  const { type, message } = error;
  const point = LIMITS.has(type)
    ? "system.limitExceeded"
    : isViolation(ctx, error)
      ? "system.securityViolation"
      : undefined;
  if (point !== undefined) await tell(ctx, point, key, { ...about, error: { type, message } });
}

/** A handler may throw it by this type; a refused address says so in its details; a guard says so by what it is. */
function isViolation(ctx: RunContext, { type, details }: ErrorInfo): boolean {
  if (type === "SecurityViolation") return true;
  if (!isJsonObject(details)) return false;
  if (details["violation"] !== undefined) return true;
  const hook = ctx.hooks.hooks.find(({ name }) => name === details["hook"]);
  return hook !== undefined && "builtin" in hook.handler && GUARDS.has(hook.handler.builtin);
}

/** The lowest threshold of those who want to know; a hook's own `if` narrows it for the others. */
function slowMsOf(ctx: RunContext): number {
  const numbers = ctx.hooks.run["system.slow"] ?? [];
  const asked = numbers.map((number) => ctx.hooks.hooks[number]?.metadata?.["slowMs"]);
  return Math.min(...asked.map((ms) => (typeof ms === "number" ? ms : SLOW_MS)));
}

async function tell(
  ctx: RunContext,
  point: (typeof POINTS)[number],
  key: string,
  data: JsonObject,
): Promise<void> {
  if (!watches(ctx, point)) return;
  const describe = (): Subject => ({ key, data, input: null, attempt: 1 });
  await ctx.ports.fire(ctx, point, undefined, describe, createCanceller());
}
