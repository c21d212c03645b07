import { formatDuration } from "../../core/index.ts";
import { isAtLeast } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import type { Instance } from "./instance.ts";
import type { Performance } from "./performance.ts";
import { failed, type Settled } from "./state.ts";

const EXPIRED = "timed out";

/**
 * Limits a body that is not an activity by its `timeout`. What runs inside is cancelled; the step fails with
 * `TimedOut`. The end is kept in the record, so that a continued run does not grant the time anew.
 */
export async function withTimeout(
  instance: Instance,
  how: Performance,
  work: (limited: Instance) => Promise<Settled>,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  const { timeoutMs } = isAtLeast(ctx, 3) ? how : step;
  if (timeoutMs === undefined) return work(instance);
  const limited = { ...instance, cancel: cancel.child() };
  const endsAt = endOf(instance, timeoutMs);
  const timer = startTimer(ctx, endsAt, `${step.id} timeout`, cancel, () => {
    limited.cancel.cancel(EXPIRED);
  });
  const outcome = await work(limited);
  timer.cancel("the step ended");
  if (outcome.status !== "suspended") delete record.timeoutAt;
  if (limited.cancel.reason !== EXPIRED || outcome.status === "succeeded") return outcome;
  return failed("TimedOut", `step ${step.id} did not end within ${formatDuration(timeoutMs)}`);
}

/** The time of the work itself: what the step waited before it, for a lock or for people, does not count. */
function endOf({ ctx, record }: Instance, timeoutMs: number): number {
  const now = ctx.effects.now();
  if (!isAtLeast(ctx, 3)) return (record.startedAt ?? now) + timeoutMs;
  record.timeoutAt ??= now + timeoutMs;
  return record.timeoutAt;
}
