import type { HookResult } from "../../activities/contract.ts";
import { outcomeOfFailure } from "../../hooks/chain.ts";
import type { Hook, HookEvent, Outcome } from "../../hooks/index.ts";
import { matchesEvent } from "../../hooks/match-event.ts";
import { evaluate } from "../../expressions/index.ts";
import type { Canceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import type { RunContext } from "./context.ts";
import { EffectCancelled, EffectFailure } from "./effects.ts";
import type { Subject } from "./ports.ts";
import { toJson } from "./to-json.ts";

/** Time that a hook activity has beyond the hook's own limit: killing the process group, writing the ledger. */
const HOOK_SLACK_MS = 15_000;

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

/** Runs one hook as an activity; a hook that failed for good is translated by its `onError`. */
export async function callHook(
  ctx: RunContext,
  hook: Hook,
  event: HookEvent,
  subject: Subject,
  cancel: Canceller,
): Promise<Outcome> {
  const startedAt = ctx.effects.now();
  try {
    const result = await invoke(ctx, hook, event, subject, cancel);
    note(ctx, hook, event, result);
    return result.outcome;
  } catch (error) {
    if (error instanceof EffectCancelled) return { outcome: "continue" };
    if (!(error instanceof EffectFailure)) throw error;
    const info = { type: error.type, message: error.message };
    const outcome = outcomeOfFailure(hook, info);
    const ms = ctx.effects.now() - startedAt;
    note(ctx, hook, event, { outcome, ms, attempts: error.attempts, error: info });
    return outcome;
  }
}

async function invoke(
  ctx: RunContext,
  hook: Hook,
  event: HookEvent,
  subject: Subject,
  cancel: Canceller,
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
      policy: {
        startToCloseMs: hook.timeoutMs + HOOK_SLACK_MS,
        scheduleToStartMs: 3_600_000,
        heartbeatMs: 10_000,
        retry: hook.retry,
      },
    },
    cancel,
  );
  return result as HookResult; // as: the contract's `hook` activity returns nothing else
}

function note(ctx: RunContext, hook: Hook, event: HookEvent, result: HookResult): void {
  ctx.report.hook({
    point: event.point,
    ...(event.step === undefined ? {} : { step: event.step.id }),
    ...(event.step?.instance === undefined ? {} : { instance: event.step.instance }),
    name: hook.name,
    outcome: result.outcome.outcome,
    ms: Math.round(result.ms),
    attempts: result.attempts,
    ...(result.outcome.message === undefined ? {} : { message: result.outcome.message }),
    ...(result.error === undefined ? {} : { error: result.error }),
  });
}
