import type { HookResult } from "../../activities/contract.ts";
import type { ErrorInfo } from "../../core/index.ts";
import { outcomeOfFailure, outcomeOfRefusal } from "../../hooks/chain.ts";
import type { Hook, HookEvent, Outcome } from "../../hooks/index.ts";
import { matchesEvent } from "../../hooks/match-event.ts";
import { evaluate } from "../../expressions/index.ts";
import { createCanceller, type Canceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import type { RunContext } from "./context.ts";
import { EffectCancelled, EffectFailure } from "./effects.ts";
import { joinBatch } from "./hook-batches.ts";
import { hookPolicy, noteHook } from "./hook-report.ts";
import { firingOf, rememberWork, type HookCall } from "./hook-work.ts";
import type { Subject } from "./ports.ts";
import { tellSlowHook } from "./system-points.ts";
import { toJson } from "./to-json.ts";
import { hooksAt, tellsOnce } from "./watches.ts";

/** What is asked per event, in the workflow: the open part of the match, and the `if` expression. */
export function wantsToRun(ctx: RunContext, hook: Hook, event: HookEvent): boolean {
  if (!matchesEvent(hook, event)) return false;
  const condition = hook.if;
  if (condition === undefined) return true;
  const verdict = attempt(() =>
    evaluate(condition, {
      input: ctx.input,
      state: ctx.state,
      session: ctx.session,
      event: toJson(event),
    }),
  );
  if (verdict.ok) return verdict.value === true;
  // A condition that cannot be evaluated must not silently disable a guard: the hook runs.
  return true;
}

/** Runs one hook; a hook that failed for good, or may not run, is translated by its `onError`. */
export function callHook(
  ctx: RunContext,
  hook: Hook,
  event: HookEvent,
  subject: Subject,
  cancel: Canceller,
): Promise<Outcome> {
  const call: HookCall = { hook, event, subject, cancel: cancellerOf(ctx, hook, cancel) };
  if (hook.problem !== undefined) return Promise.resolve(refuse(ctx, call, hook.problem));
  if (hook.dependsOn === undefined || hook.dependsOn.length === 0) return begin(ctx, call);
  return beginAfterOthers(ctx, call, hook.dependsOn);
}

/** What a run waits for before it closes is not cancelled with it. Tables of before had no such promise. */
function cancellerOf(ctx: RunContext, hook: Hook, cancel: Canceller): Canceller {
  return hook.mode === "sync" || ctx.hooks.format === undefined ? cancel : createCanceller();
}

function begin(ctx: RunContext, call: HookCall): Promise<Outcome> {
  const { hook, event } = call;
  const outcome =
    hook.batch === undefined || hook.mode === "sync"
      ? askHook(ctx, call, (result) => result.outcome)
      : joinBatch(ctx, call, hook.batch);
  const { needed, running } = ctx.hookWork;
  if (needed.has(hook.name)) running.set(firingOf(event, hook.name), outcome);
  return outcome;
}

/** Waits for what is under way at the same firing; what has not been done then is missing. */
async function beginAfterOthers(
  ctx: RunContext,
  call: HookCall,
  names: readonly string[],
): Promise<Outcome> {
  const { hook, event, subject } = call;
  const { running, done } = ctx.hookWork;
  const firing = (name: string): string => firingOf(event, name);
  await Promise.all(names.flatMap((name) => running.get(firing(name)) ?? []));
  const here = new Set(hooksAt(ctx, event.point, subject.step?.id).map(nameIn(ctx)));
  const unmet = names.find((name) => !done.has(here.has(name) ? firing(name) : name));
  if (unmet === undefined) return begin(ctx, call);
  const message = `The hook "${hook.name}" depends on "${unmet}", which has not done its work${here.has(unmet) ? " here" : " at any point before"}.`;
  return refuse(ctx, call, { type: "HookDependencyUnmet", message });
}

function nameIn({ hooks }: RunContext): (number: number) => string | undefined {
  return (number) => hooks.hooks[number]?.name;
}

function refuse(ctx: RunContext, { hook, event }: HookCall, error: ErrorInfo): Outcome {
  const { outcome } = outcomeOfRefusal(hook, error);
  noteHook(ctx, hook, event, { outcome, ms: 0, attempts: 0, error });
  return outcome;
}

/** Runs one hook as an activity, reports what came of it, and gives what the caller picks of that. */
export async function askHook<Picked>(
  ctx: RunContext,
  call: HookCall,
  pick: (result: HookResult) => Picked,
): Promise<Picked> {
  const { hook, event } = call;
  const startedAt = ctx.effects.now();
  try {
    const result = await invoke(ctx, call);
    noteHook(ctx, hook, event, result);
    rememberWork(ctx.hookWork, call, result);
    if (tellsOnce(ctx)) await tellSlowHook(ctx, call, result.ms);
    return pick(result);
  } catch (error) {
    if (error instanceof EffectCancelled)
      return pick({ outcome: { outcome: "continue" }, ms: 0, attempts: 0 });
    if (!(error instanceof EffectFailure)) throw error;
    const info = { type: error.type, message: error.message };
    const outcome = outcomeOfFailure(hook, info);
    const ms = ctx.effects.now() - startedAt;
    const result = { outcome, ms, attempts: error.attempts, error: info };
    noteHook(ctx, hook, event, result);
    if (tellsOnce(ctx)) await tellSlowHook(ctx, call, ms);
    return pick(result);
  }
}

async function invoke(
  ctx: RunContext,
  { hook, event, subject, cancel }: HookCall,
): Promise<HookResult> {
  const where = subject.key === "" ? event.point : `${subject.key}:${event.point}`;
  const moment = subject.moment === undefined ? "" : `:${subject.moment}`;
  const tries = subject.attempt > 1 ? `#${String(subject.attempt)}` : "";
  const result = await ctx.effects.activity(
    {
      type: "hook",
      id: `${where}${moment}:${hook.name}${tries}`,
      input: toJson({ run: ctx.facts, hook, event }),
      summary: `hook ${hook.name} at ${where}${moment}`,
      dispatch: hook.dispatch,
      policy: hookPolicy(hook),
    },
    cancel,
  );
  return result as HookResult; // as: the contract's `hook` activity returns nothing else
}
