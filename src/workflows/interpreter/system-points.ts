/**
 * `system.limitExceeded`, `system.securityViolation` and `system.slow` inside a run: they only watch. What concerns a
 * worker as a whole (its start, its memory) is told by the worker itself.
 */
import { isJsonObject, type ErrorInfo, type JsonObject } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import { createCanceller } from "./canceller.ts";
import { keepInBackground, type RunContext } from "./context.ts";
import type { HookCall } from "./hook-work.ts";
import type { Subject } from "./ports.ts";
import type { Settled } from "./state.ts";
import { tellsOnce, watches } from "./watches.ts";

const LIMITS: ReadonlySet<string> = new Set([
  "LimitExceeded",
  "JumpLimit",
  "LoopLimit",
  "OutputTooLarge",
  "RunTimedOut",
]);
/** Built-in hooks that guard paths, commands and tools: what they refuse broke one of their rules. */
const GUARDS: ReadonlySet<string> = new Set(["permission", "security", "gated-checkpoint"]);
/** A step or hook that took longer is slow, unless who wants to know says `metadata: { slowMs }`. */
const SLOW_MS = 60_000;

const SLOW = "system.slow";
const POINTS = ["system.limitExceeded", "system.securityViolation", SLOW] as const;

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
  if (ms > slowMsOf(ctx))
    await tell(ctx, SLOW, { key, attempt: 1, data: { ...about, ms, what: "step" } });
}

/** Tells of a hook that took longer than its breaker calls slow, or else than those who want to know call it. */
export async function tellSlowHook(
  ctx: RunContext,
  { hook, event, subject }: HookCall,
  ms: number,
): Promise<void> {
  // Who is told of slowness is not told on.
  if (!tellsOnce(ctx) || event.point.startsWith("system.") || !watches(ctx, SLOW)) return;
  if (ms <= (hook.breaker?.slowMs ?? slowMsOf(ctx))) return;
  const { key, moment, attempt } = subject;
  const about = { what: "hook", hook: hook.name, point: event.point, ms: Math.round(ms) };
  const step = event.step === undefined ? {} : { step: event.step.id, kind: event.step.kind };
  const where = moment === undefined ? event.point : `${event.point}:${moment}`;
  const slow = { key, attempt, moment: `${where}:${hook.name}`, data: { ...about, ...step } };
  const told = tell(ctx, SLOW, slow);
  // What is told may write to the state, and such a write would wait for the one that this hook is about.
  if (event.point.startsWith("state.")) keepInBackground(ctx, told);
  else await told;
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
  const data = { ...about, error: { type, message } };
  if (point !== undefined) await tell(ctx, point, { key, attempt: 1, data });
}

/** A handler may throw it by this type; a refused address says so in its details; a guard says so by what it is. */
function isViolation(ctx: RunContext, { type, details }: ErrorInfo): boolean {
  if (type === "SecurityViolation" || type === "SecurityLevelExceeded") return true;
  if (!isJsonObject(details)) return false;
  if (details["violation"] !== undefined) return true;
  const hook = ctx.hooks.hooks.find(({ name }) => name === details["hook"]);
  return hook !== undefined && "builtin" in hook.handler && GUARDS.has(hook.handler.builtin);
}

/** The lowest threshold of those who want to know; a hook's own `if` narrows it for the others. */
function slowMsOf(ctx: RunContext): number {
  const numbers = ctx.hooks.run[SLOW] ?? [];
  const asked = numbers.map((number) => ctx.hooks.hooks[number]?.metadata?.["slowMs"]);
  return Math.min(...asked.map((ms) => (typeof ms === "number" ? ms : SLOW_MS)));
}

async function tell(
  ctx: RunContext,
  point: (typeof POINTS)[number],
  about: Omit<Subject, "input">,
): Promise<void> {
  if (!watches(ctx, point)) return;
  const describe = (): Subject => ({ ...about, input: null });
  await ctx.ports.fire(ctx, point, undefined, describe, createCanceller());
}
