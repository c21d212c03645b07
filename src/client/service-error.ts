import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
} from "@temporalio/client";
import { WorkflowNotFoundError } from "@temporalio/common";

import { HeddleError, messageOf } from "../core/index.ts";

/** Says in Heddle's words what the server or the SDK refused; anything unknown stays as it is. */
export function translate(thrown: unknown, workflowId: string): unknown {
  if (thrown instanceof HeddleError) return thrown;
  if (thrown instanceof WorkflowNotFoundError) {
    return new HeddleError(
      "RUN_NOT_FOUND",
      `There is no open run "${workflowId}": ${thrown.message}`,
      {
        hint: "List the runs with: heddle run list",
        cause: thrown,
      },
    );
  }
  if (thrown instanceof WorkflowExecutionAlreadyStartedError) {
    return new HeddleError(
      "RUN_ALREADY_STARTED",
      `A run with the id "${workflowId}" exists already.`,
      {
        hint: "Choose another --id, or look at that run with: heddle run show <id>",
        cause: thrown,
      },
    );
  }
  if (thrown instanceof QueryNotRegisteredError || thrown instanceof QueryRejectedError) {
    return notReady(workflowId, thrown);
  }
  if (thrown instanceof WorkflowUpdateFailedError) {
    return new HeddleError("UPDATE_REFUSED", messageOf(thrown.cause ?? thrown), {
      hint: `See what the run waits for with: heddle run show ${workflowId}`,
      cause: thrown,
    });
  }
  return translateTransport(thrown, workflowId);
}

function translateTransport(thrown: unknown, workflowId: string): unknown {
  if (isGrpcDeadlineError(thrown)) {
    return new HeddleError("NO_ANSWER", `No worker answered for run "${workflowId}" in time.`, {
      hint: "A live worker must poll the run's task queue: start one with `heddle worker` (or `heddle dev`).",
      cause: thrown,
    });
  }
  if (isUnavailable(thrown)) {
    return new HeddleError(
      "TEMPORAL_UNAVAILABLE",
      `The Temporal server does not answer: ${messageOf(thrown)}`,
      {
        hint: "Start everything with `heddle dev`, or point TEMPORAL_ADDRESS to a running server.",
        cause: thrown,
      },
    );
  }
  return thrown;
}

function notReady(workflowId: string, cause: Error): HeddleError {
  return new HeddleError(
    "NO_PROGRESS",
    `Run "${workflowId}" cannot tell its progress: ${cause.message}`,
    {
      hint: "It ended before its first step, or is not a Heddle run; see it in the Temporal Web UI.",
      cause,
    },
  );
}

/** gRPC code 14, directly or as the cause the SDK wraps. */
function isUnavailable(thrown: unknown): boolean {
  const inner = thrown instanceof ServiceError ? thrown.cause : thrown;
  return isGrpcServiceError(inner) && UNAVAILABLE.has(inner.code);
}

/** As a set of numbers: `@grpc/grpc-js`, which names them, is no dependency of ours. */
const UNAVAILABLE: ReadonlySet<number> = new Set([14]);
