import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { StepRecord } from "./state.ts";

/**
 * Starts the clock of a partial join when the first of its needs begins. The moment is kept in the record, so that a
 * continued run goes on counting. Returns the canceller that stops the clock.
 */
export function startJoinDeadline(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  cancel: Canceller,
  expired: () => void,
): Canceller | undefined {
  if (typeof step.join === "string" || step.join.deadlineMs === undefined) return undefined;
  const deadlineAt = (record.deadlineAt ??= ctx.effects.now() + step.join.deadlineMs);
  return startTimer(ctx, deadlineAt, `${step.id} join deadline`, cancel, expired);
}

/** A timer that calls back unless it was cancelled first. */
export function startTimer(
  ctx: RunContext,
  atMs: number,
  summary: string,
  cancel: Canceller,
  expired: () => void,
): Canceller {
  const timer = cancel.child();
  const wait = Math.max(0, atMs - ctx.effects.now());
  ctx.effects.sleep(wait, summary, timer).then(
    () => {
      if (!timer.cancelled) expired();
    },
    // The only way a timer ends early is its own cancellation, which is wanted.
    () => undefined,
  );
  return timer;
}
