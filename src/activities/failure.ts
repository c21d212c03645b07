import { CancelledFailure, Context } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";

import {
  HeddleError,
  isRetryable,
  messageOf,
  type ErrorInfo,
  type FailureType,
  type JsonValue,
} from "../core/index.ts";
import { delayBefore, type Backoff } from "../hooks/index.ts";

/** Failure types for the codes that the rooms below throw; every other code keeps its own name. */
const TYPE_OF_CODE: Readonly<Record<string, FailureType>> = {
  REGISTRY_UNAVAILABLE: "RegistryUnavailable",
  SCHEMA_OUTDATED: "RegistryUnavailable",
  VALUE_NOT_FOUND: "ValueNotFound",
  VERSION_RANGE_INVALID: "OptionsInvalid",
  HANDLER_UNSUPPORTED: "HandlerNotFound",
  MODULE_NOT_LOADED: "HandlerNotFound",
};

/** A failure as it goes on the wire. Whether it is worth another attempt is decided in one table, `FAILURES`. */
export function createFailure(
  { type, message, details }: ErrorInfo,
  options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !isRetryable(type),
    ...(details === undefined ? {} : { details: [details] }),
    ...(options.cause instanceof Error ? { cause: options.cause } : {}),
    ...(options.retryAfterMs === undefined ? {} : { nextRetryDelay: options.retryAfterMs }),
  });
}

/** Shorthand for the failures that activities raise themselves. */
export function fail(type: FailureType, message: string, details?: JsonValue): ApplicationFailure {
  return createFailure({ type, message, ...(details === undefined ? {} : { details }) });
}

/** Turns whatever was thrown into what Temporal should record. */
export function toFailure(thrown: unknown): Error {
  if (thrown instanceof ApplicationFailure || thrown instanceof CancelledFailure) return thrown;
  return createFailure(describe(thrown), { cause: thrown });
}

/**
 * The failure as it leaves the activity: with the number of the attempt, which the workflow cannot see otherwise, and,
 * where the step's backoff is not Temporal's own, with the delay before the next one.
 */
export function withAttempt(failure: Error, backoff: Backoff | undefined): Error {
  if (!(failure instanceof ApplicationFailure)) return failure;
  const { attempt } = Context.current().info;
  const given: readonly unknown[] = failure.details ?? [];
  const delay = backoff === undefined ? undefined : delayBefore(backoff, attempt + 1, Math.random);
  return ApplicationFailure.create({
    message: failure.message,
    ...(failure.type == null ? {} : { type: failure.type }),
    nonRetryable: failure.nonRetryable === true,
    details: [given[0] ?? null, { attempt }],
    ...(failure.cause instanceof Error ? { cause: failure.cause } : {}),
    // What an endpoint asked for (Retry-After) goes before what the policy would wait.
    ...(failure.nextRetryDelay == null
      ? { nextRetryDelay: delay }
      : { nextRetryDelay: failure.nextRetryDelay as string | number }), // as: a duration is either
  });
}

/** What cancels an activity from outside; thrown once nothing of it runs any more. */
export function cancelledFailure(): CancelledFailure {
  const reason: unknown = Context.current().cancellationSignal.reason;
  return reason instanceof CancelledFailure ? reason : new CancelledFailure("CANCELLED");
}

function describe(thrown: unknown): ErrorInfo {
  if (thrown instanceof HeddleError) {
    const message = thrown.hint === undefined ? thrown.message : `${thrown.message} ${thrown.hint}`;
    const type = TYPE_OF_CODE[thrown.code] ?? thrown.code;
    return { type, message, ...(thrown.details === undefined ? {} : { details: thrown.details }) };
  }
  if (thrown instanceof Error && thrown.name === "ExpressionError")
    return { type: "ExpressionFailed", message: thrown.message };
  return { type: "Internal", message: messageOf(thrown) };
}
