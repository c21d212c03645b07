import { ApplicationFailure } from "@temporalio/workflow";

import { messageOf } from "../core/index.ts";
import { EffectFailure } from "./interpreter/effects.ts";

/** A defect must fail the run with a name, not its workflow task: a failed task is tried again for ever. */
export function asFailure(error: unknown): unknown {
  if (error instanceof EffectFailure)
    return ApplicationFailure.create({
      type: error.type,
      message: error.message,
      nonRetryable: true,
      details: [error.details ?? null],
    });
  if (error instanceof Error && TEMPORAL_ERRORS.has(error.name)) return error;
  return ApplicationFailure.create({
    type: "Internal",
    message: `the interpreter failed: ${messageOf(error)}`,
    nonRetryable: true,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

const TEMPORAL_ERRORS: ReadonlySet<string> = new Set([
  "ApplicationFailure",
  "CancelledFailure",
  "ContinueAsNew",
  "DeterminismViolationError",
  "WorkflowExecutionAlreadyStartedError",
]);
