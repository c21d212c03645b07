import { createHash } from "node:crypto";

import {
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from "@temporalio/client";
import { ApplicationFailure, rootCause } from "@temporalio/common";

import {
  formatDuration,
  messageOf,
  timerMs,
  type ErrorInfo,
  type JsonValue,
} from "./core/index.ts";
import type { PatternRequest, PatternStarter } from "./hooks/executors/index.ts";

/**
 * What follows the id of the run that all began with. Ids do not grow with the depth: the server takes only so many
 * characters. Who started a run stands in its summary and in its origin.
 */
const BY_HANDLER = /\/hook\/[^/]+\/[0-9a-f]{16}(?:\/.*)?$/;

/** Failures of a run that did not begin: whoever asked for it is told as if it had been asked itself. */
const NOT_BEGUN: ReadonlySet<string> = new Set(["PatternNotFound", "InputInvalid", "HookLoop"]);

/**
 * Runs patterns for handlers. Each is a workflow of its own beside its parent, not a Temporal child: activities start it,
 * so retries, the ledger and breakers treat it like every other handler. Its id is derived from the call, so that a call
 * which is tried again waits for the run it had started.
 */
export function createPatternStarter(client: Client, taskQueue: string): PatternStarter {
  return {
    async run(request) {
      const startedAt = performance.now();
      const elapsed = (): number => Math.round(performance.now() - startedAt);
      const ended = await follow(await start(client, taskQueue, request), request);
      return { ...ended, ms: elapsed() };
    },
  };
}

async function start(
  client: Client,
  taskQueue: string,
  request: PatternRequest,
): Promise<WorkflowHandle> {
  const { pattern, input, callId, parentId, session, origin, correlation } = request;
  const [name = "", version] = pattern.split("@");
  const digest = createHash("sha256").update(`${callId}\n${pattern}`).digest("hex").slice(0, 16);
  const workflowId = `${parentId.replace(BY_HANDLER, "")}/hook/${name}/${digest}`;
  const options = {
    correlation,
    ...(version === undefined ? {} : { version }),
    ...(session === undefined ? {} : { session }),
    ...(origin === undefined ? {} : { origin }),
  };
  try {
    return await client.workflow.start(name, {
      taskQueue,
      workflowId,
      args: [input, options],
      staticSummary: `for ${parentId}`.slice(0, 100),
      workflowIdConflictPolicy: "USE_EXISTING",
      // What failed may be tried again; what succeeded has its answer.
      workflowIdReusePolicy: "ALLOW_DUPLICATE_FAILED_ONLY",
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return client.workflow.getHandle(workflowId);
    throw error;
  }
}

type Ended =
  | { readonly kind: "answered"; readonly answer: { readonly json: JsonValue } }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly timedOut: boolean }
  | { readonly kind: "cancelled" };

/** Waits for the run; whoever stops waiting for good cancels it. */
async function follow(
  handle: WorkflowHandle,
  { pattern, timeoutMs, signal }: PatternRequest,
): Promise<Ended> {
  const timeout = AbortSignal.timeout(timerMs(timeoutMs));
  const stop = AbortSignal.any([signal, timeout]);
  const stopped = new Promise<"stopped">((resolve) => {
    const onStop = (): void => {
      resolve("stopped");
    };
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
  });
  const ended = await Promise.race([resultOf(handle, pattern), stopped]);
  if (ended !== "stopped") return ended;
  if (!signal.aborted) {
    await cancel(handle);
    const message = `The pattern ${pattern} hit the timeout of ${formatDuration(timeoutMs)} and was cancelled.`;
    return { kind: "failed", timedOut: true, error: { type: "TimedOut", message } };
  }
  // A worker that shuts down leaves the run to whoever takes the work up again.
  if (!isShutdown(signal.reason)) await cancel(handle);
  return { kind: "cancelled" };
}

async function resultOf(handle: WorkflowHandle, pattern: string): Promise<Ended> {
  try {
    const result: unknown = await handle.result();
    // as: a run's result is JSON
    return { kind: "answered", answer: { json: (result ?? null) as JsonValue } };
  } catch (error) {
    return { kind: "failed", timedOut: false, error: describe(error, pattern) };
  }
}

function describe(error: unknown, pattern: string): ErrorInfo {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (cause === undefined || cause instanceof TimeoutFailure)
    return { type: "ChildFailed", message: `The pattern ${pattern} failed: ${messageOf(error)}` };
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const why = rootCause(cause) ?? cause.message;
  return {
    type: type != null && NOT_BEGUN.has(type) ? type : "ChildFailed",
    message: `The pattern ${pattern} failed: ${type === undefined ? "" : `${type}: `}${why}`,
  };
}

async function cancel(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.cancel();
  } catch (error) {
    // It ended at this very moment.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

function isShutdown(reason: unknown): boolean {
  return reason instanceof Error && reason.message === "WORKER_SHUTDOWN";
}
