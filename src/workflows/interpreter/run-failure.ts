import { FAILURES, isJsonObject, type ErrorInfo, type FailureType } from "../../core/index.ts";

/** Failure types that say enough by themselves: a decision was made, or a limit was met. */
const SPEAKING: ReadonlySet<FailureType> = new Set<FailureType>([
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
export function runFailure(step: string, error: ErrorInfo | undefined): ErrorInfo {
  const own = error ?? { type: "Internal", message: "failed without an error" };
  const isOurs = Object.hasOwn(FAILURES, own.type);
  const speaks = isOurs && SPEAKING.has(own.type as FailureType); // as: hasOwn has just shown it
  const type = isOurs && !speaks ? "StepFailed" : own.type;
  const details = isJsonObject(own.details) ? own.details : {};
  return {
    type,
    message: `step ${step}: ${own.message}`,
    details: { ...details, step, error: { ...own } },
  };
}
