import { formatDuration } from "../../core/index.ts";
import type { Instance } from "./instance.ts";
import { startTimer } from "./deadlines.ts";
import { failed, type Settled } from "./state.ts";

const EXPIRED = "timed out";

/**
 * Limits a body that is not an activity by the step's `timeout`. What runs inside is cancelled; the step fails with
 * `TimedOut`. The end is kept in the record, so that a continued run does not grant the time anew.
 */
export async function withTimeout(
  instance: Instance,
  work: (limited: Instance) => Promise<Settled>,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  if (step.timeoutMs === undefined) return work(instance);
  const limited = { ...instance, cancel: cancel.child() };
  const endsAt = (record.startedAt ?? ctx.effects.now()) + step.timeoutMs;
  const timer = startTimer(ctx, endsAt, `${step.id} timeout`, cancel, () => {
    limited.cancel.cancel(EXPIRED);
  });
  const outcome = await work(limited);
  timer.cancel("the step ended");
  if (limited.cancel.reason !== EXPIRED || outcome.status === "succeeded") return outcome;
  return failed("TimedOut", `step ${step.id} did not end within ${formatDuration(step.timeoutMs)}`);
}
