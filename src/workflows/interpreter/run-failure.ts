import { isJsonObject, type ErrorInfo, type FailureType } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";

/** Failure types that say enough by themselves: a decision was made, or a limit was met. */
const SPEAKING: ReadonlySet<string> = new Set<FailureType>([
  "HookCancelled",
  "HookStopped",
  "ApprovalDenied",
  "ApprovalTimedOut",
  "LimitExceeded",
  "JumpLimit",
  "LoopLimit",
]);

/**
 * A failed step as the failure of its run. Work that failed becomes `StepFailed`, with the step's own error in the
 * details; decisions, limits and types that the pattern's author chose (`fail`) keep their type.
 */
export function runFailure(
  steps: Iterable<PlanStep>,
  step: string,
  error: ErrorInfo | undefined,
): ErrorInfo {
  const own = error ?? { type: "Internal", message: "failed without an error" };
  const type = SPEAKING.has(own.type) || isAuthored(steps, own.type) ? own.type : "StepFailed";
  const details = isJsonObject(own.details) ? own.details : {};
  return {
    type,
    message: `step ${step}: ${own.message}`,
    details: { ...details, step, error: { ...own } },
  };
}

/** Types that the pattern's `fail` steps name. */
function isAuthored(steps: Iterable<PlanStep>, type: string): boolean {
  for (const { body } of steps) if (body.kind === "fail" && body.type === type) return true;
  return false;
}
