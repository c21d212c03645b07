import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from "@temporalio/workflow";

import { isJsonObject, messageOf, type JsonValue } from "../core/index.ts";
import { EffectFailure } from "./interpreter/effects.ts";

/** Translates what the SDK throws into the interpreter's own failure; the first cause that says something is kept. */
export function toEffectFailure(error: unknown, maximumAttempts: number): EffectFailure {
  const cause =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const [details, meta] = cause.details ?? [];
    const attempts =
      isJsonObject(meta) && typeof meta["attempt"] === "number" ? meta["attempt"] : 1;
    const known = details as JsonValue | undefined; // as: payloads are JSON
    return new EffectFailure(
      cause.type ?? "HandlerFailed",
      cause.message,
      known ?? undefined,
      attempts,
    );
  }
  if (cause instanceof TimeoutFailure) return timeoutFailure(cause, maximumAttempts);
  return new EffectFailure("Internal", messageOf(cause ?? error));
}

function timeoutFailure(failure: TimeoutFailure, attempts: number): EffectFailure {
  // A retried activity that times out carries the failure of the attempt before it: more telling than the clock.
  switch (failure.timeoutType) {
    case "HEARTBEAT":
      return new EffectFailure(
        "HeartbeatLost",
        "the worker that ran it was lost: no heartbeat arrived in time",
        undefined,
        attempts,
      );
    case "SCHEDULE_TO_START":
      return new EffectFailure(
        "NoWorker",
        "no worker took it in time: is one polling its task queue?",
        undefined,
        1,
      );
    default:
      return new EffectFailure(
        "TimedOut",
        `timed out (${failure.timeoutType})`,
        undefined,
        attempts,
      );
  }
}
