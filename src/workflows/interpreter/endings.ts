import type { PlanStep } from "../../patterns/plan.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import { fire, stepSubject } from "./fire.ts";

/**
 * Tells the hooks of a step that ended without running or was cancelled. Under a canceller of its own: the cancellation
 * that ended the step must not silence the hooks that report it.
 */
export async function fireForEnding(
  ctx: RunContext,
  point: "step.skipped" | "step.cancelled" | "step.cleanup",
  step: PlanStep,
  path: string,
  facts: { readonly reason: string },
): Promise<void> {
  await fire(
    ctx,
    point,
    step.id,
    () => stepSubject(step, path, 1, step.body, facts),
    createCanceller(),
  );
}
