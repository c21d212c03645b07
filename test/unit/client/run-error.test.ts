import { WorkflowContinuedAsNewError, WorkflowFailedError } from "@temporalio/client";
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from "@temporalio/common";
import { describe, expect, it } from "vitest";

import { closingOf, RunError } from "../../../src/client/run-error.ts";

function applicationFailure(type: string, message: string, details?: unknown): Error {
  return ApplicationFailure.create({
    type,
    message,
    ...(details === undefined ? {} : { details: [details] }),
  });
}

const failedWith = (cause: Error | undefined) =>
  new WorkflowFailedError("failed", cause, "NON_RETRYABLE_FAILURE");

describe("how a run ended", () => {
  it.each([
    [
      "a failure keeps its type, message and details",
      applicationFailure("StepFailed", "lint failed", { step: "lint" }),
      {
        status: "failed",
        error: { type: "StepFailed", message: "lint failed", details: { step: "lint" } },
      },
    ],
    [
      "a run's own timeout is timedOut",
      applicationFailure("RunTimedOut", "1h is over"),
      { status: "timedOut", error: { type: "RunTimedOut", message: "1h is over" } },
    ],
    [
      "the server's timeout is timedOut",
      new TimeoutFailure("too late", undefined, "START_TO_CLOSE"),
      { status: "timedOut", error: { type: "RunTimedOut", message: "too late" } },
    ],
    [
      "a cancellation is cancelled",
      new CancelledFailure("stop"),
      { status: "cancelled", error: { type: "RunCancelled", message: "stop" } },
    ],
    [
      "a failure that says the run was cancelled is cancelled",
      applicationFailure("RunCancelled", "stop"),
      { status: "cancelled", error: { type: "RunCancelled", message: "stop" } },
    ],
    [
      "a termination is cancelled",
      new TerminatedFailure("operator"),
      { status: "cancelled", error: { type: "RunTerminated", message: "operator" } },
    ],
    [
      "a failure without a cause is failed",
      undefined,
      { status: "failed", error: { type: "Internal", message: "failed" } },
    ],
  ])("%s", (_title, cause, expected) => {
    expect(closingOf(failedWith(cause))).toEqual(expected);
  });

  it("is not decided by other errors, nor by a continue-as-new", () => {
    expect(closingOf(new Error("network"))).toBeUndefined();
    expect(closingOf(new WorkflowContinuedAsNewError("on", "r2"))).toBeUndefined();
  });
});

describe("the error of a run that was waited for", () => {
  it("carries type and details and says where to look", () => {
    const error = new RunError("w1", "failed", { type: "StepFailed", message: "no", details: [1] });

    expect(error).toMatchObject({
      code: "RUN_FAILED",
      message: "Run w1 failed: no",
      hint: "See what happened with: heddle run show w1",
      type: "StepFailed",
      details: { type: "StepFailed", of: [1] },
    });
  });
});
