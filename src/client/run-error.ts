import { WorkflowContinuedAsNewError, WorkflowFailedError } from "@temporalio/client";
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from "@temporalio/common";

import { HeddleError, messageOf, type ErrorInfo, type JsonValue } from "../core/index.ts";

/** Thrown when a run that was waited for did not succeed. */
export class RunError extends HeddleError {
  readonly workflowId: string;
  readonly status: ClosedStatus;
  /** The failure's stable type, e.g. `StepFailed`. */
  readonly type: string;
  readonly error: ErrorInfo;

  constructor(workflowId: string, status: ClosedStatus, error: ErrorInfo, cause?: unknown) {
    super("RUN_FAILED", `Run ${workflowId} ${WORDS[status]}: ${error.message}`, {
      hint: `See what happened with: heddle run show ${workflowId}`,
      details: { type: error.type, ...(error.details === undefined ? {} : { of: error.details }) },
      cause,
    });
    this.name = "RunError";
    this.workflowId = workflowId;
    this.status = status;
    this.type = error.type;
    this.error = error;
  }
}

export type ClosedStatus = "failed" | "cancelled" | "timedOut";

const WORDS = {
  failed: "failed",
  cancelled: "was cancelled",
  timedOut: "ran out of time",
} as const;

/** How a run ended badly, read from what the SDK throws; undefined when the error is not about the run's end. */
export function closingOf(
  thrown: unknown,
): { readonly status: ClosedStatus; readonly error: ErrorInfo } | undefined {
  if (thrown instanceof WorkflowContinuedAsNewError) return undefined;
  if (!(thrown instanceof WorkflowFailedError)) return undefined;
  const { cause } = thrown;
  if (cause instanceof ApplicationFailure) return ofApplication(cause);
  if (cause instanceof CancelledFailure) {
    return { status: "cancelled", error: { type: "RunCancelled", message: cause.message } };
  }
  if (cause instanceof TerminatedFailure) {
    return { status: "cancelled", error: { type: "RunTerminated", message: cause.message } };
  }
  if (cause instanceof TimeoutFailure) {
    return { status: "timedOut", error: { type: "RunTimedOut", message: cause.message } };
  }
  return { status: "failed", error: { type: "Internal", message: messageOf(cause ?? thrown) } };
}

function ofApplication(failure: ApplicationFailure): {
  readonly status: ClosedStatus;
  readonly error: ErrorInfo;
} {
  const type = failure.type ?? "Internal";
  const details = detailsOf(failure);
  return {
    status: type === "RunTimedOut" ? "timedOut" : type === "RunCancelled" ? "cancelled" : "failed",
    error: { type, message: failure.message, ...(details === undefined ? {} : { details }) },
  };
}

/** Heddle's failures carry one detail, an object; anything else comes from a handler's own failure. */
function detailsOf(failure: ApplicationFailure): JsonValue | undefined {
  const [first]: readonly unknown[] = failure.details ?? [];
  return (first ?? undefined) as JsonValue | undefined; // as: payloads are decoded JSON
}
