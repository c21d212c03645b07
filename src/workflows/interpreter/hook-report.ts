import type { HookResult } from "../../activities/contract.ts";
import type { Hook, HookEvent, Outcome } from "../../hooks/index.ts";
import type { ActivityPolicy } from "../../patterns/plan.ts";
import type { RunContext } from "./context.ts";

/** Time that a hook activity has beyond the hook's own limit: killing the process group, writing the ledger. */
const HOOK_SLACK_MS = 15_000;

export function hookPolicy(hook: Hook): ActivityPolicy {
  // A firing above its rate may wait as long as the hook may take, and only then begins.
  const waitMs = hook.rateLimit?.over === "delay" ? hook.timeoutMs : 0;
  return {
    startToCloseMs: hook.timeoutMs + waitMs + HOOK_SLACK_MS,
    scheduleToStartMs: 3_600_000,
    heartbeatMs: 10_000,
    retry: hook.retry,
  };
}

/** What people see of one decision. */
export function noteHook(
  ctx: RunContext,
  hook: Hook,
  event: HookEvent,
  { outcome, ms, attempts, error }: HookResult,
): void {
  const message = messageOf(outcome);
  ctx.report.hook({
    point: event.point,
    ...(event.step === undefined ? {} : { step: event.step.id }),
    ...(event.step?.instance === undefined ? {} : { instance: event.step.instance }),
    name: hook.name,
    outcome: outcome.outcome,
    ms: Math.round(ms),
    attempts,
    ...(message === undefined ? {} : { message }),
    ...(error === undefined ? {} : { error }),
  });
}

/** Why a hook stood aside is nowhere else to be seen; the reason of a refusal is in what it refused. */
function messageOf(outcome: Outcome): string | undefined {
  return outcome.message ?? (outcome.outcome === "skipped" ? outcome.reason : undefined);
}
