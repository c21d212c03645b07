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

import { formatDuration, messageOf, type ErrorInfo, type JsonValue } from "./core/index.ts";
import type { HandlerReply, PatternRequest, PatternStarter } from "./hooks/executors/index.ts";

/** Between a run's id and that of a run which one of its hooks started. */
const BY_HOOK = "/hook/";
/** A hook that starts the pattern which fires it would otherwise go on for ever. */
const DEEPEST = 5;

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
      const depth = request.parentId.split(BY_HOOK).length;
      if (depth > DEEPEST)
        return failed(
          {
            type: "LimitExceeded",
            message: `The pattern ${request.pattern} would be ${String(depth)} runs deep, each started by a hook of the one above; at most ${String(DEEPEST)} are allowed.`,
          },
          elapsed(),
        );
      const ended = await follow(await start(client, taskQueue, request, depth), request);
      return { ...ended, ms: elapsed() };
    },
  };
}

async function start(
  client: Client,
  taskQueue: string,
  request: PatternRequest,
  depth: number,
): Promise<WorkflowHandle> {
  const { pattern, input, callId, parentId, session, origin } = request;
  const [name = "", version] = pattern.split("@");
  const digest = createHash("sha256").update(`${callId}\n${pattern}`).digest("hex").slice(0, 16);
  const workflowId = `${parentId}${BY_HOOK}${name}/${digest}`;
  const options = {
    depth,
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
  const timeout = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
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
    type: type === "PatternNotFound" || type === "InputInvalid" ? type : "ChildFailed",
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

function failed(error: ErrorInfo, ms: number): HandlerReply {
  return { kind: "failed", timedOut: false, error, ms };
}
