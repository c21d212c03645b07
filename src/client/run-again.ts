import { randomUUID } from "node:crypto";

import type { Client, WorkflowHandle } from "@temporalio/client";
import { defaultPayloadConverter, type Payload } from "@temporalio/common";

import { HeddleError, isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";

type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;
type HistoryEvent = NonNullable<History["events"]>[number];

/** How a closed run was brought to work again. */
export interface RunAgain {
  readonly workflowId: string;
  readonly runId: string;
  /** `reset`: what had succeeded is kept, and `step` runs again; `restart`: everything begins anew, same input. */
  readonly how: "reset" | "restart";
  readonly step?: string;
}

export interface StartedWith {
  readonly pattern: string;
  readonly taskQueue: string;
  readonly input: JsonValue;
  readonly options: JsonValue;
}

/**
 * Runs a closed run again under its id. Where an activity or a child failed, the server's own reset goes back to the
 * moment before it began, so that nothing which succeeded is done twice. Where the run has undone its work already, or
 * failed by a decision, going back would leave out what has to be done anew: it starts from its beginning.
 */
export async function runAgain(
  temporal: Client,
  workflowId: string,
  reason = "run again",
): Promise<RunAgain> {
  const handle = temporal.workflow.getHandle(workflowId);
  const { status, runId } = await handle.describe();
  if (status.name === "RUNNING" || status.name === "PAUSED")
    throw new HeddleError("RUN_OPEN", `Run "${workflowId}" is still open.`, {
      hint: `Run one of its steps again with: heddle run retry ${workflowId} STEP`,
    });
  const history = await handle.fetchHistory();
  const failure = status.name === "FAILED" ? findFailure(history.events ?? []) : undefined;
  if (failure === undefined) return restart(temporal, workflowId, history);
  const answer = await temporal.workflowService.resetWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId, runId },
    reason,
    requestId: randomUUID(),
    workflowTaskFinishEventId: failure.taskId,
  });
  return { workflowId, runId: answer.runId, how: "reset", step: failure.step };
}

async function restart(temporal: Client, workflowId: string, history: History): Promise<RunAgain> {
  const { pattern, taskQueue, input, options } = readStart(history);
  const { firstExecutionRunId } = await temporal.workflow.start(pattern, {
    taskQueue,
    workflowId,
    args: [input, options],
  });
  return { workflowId, runId: firstExecutionRunId, how: "restart" };
}

export function readStart({ events }: History): StartedWith {
  const start = events?.[0]?.workflowExecutionStartedEventAttributes;
  if (start === undefined || start === null)
    throw new HeddleError("RUN_NOT_FOUND", "The run's history does not tell how it was started.", {
      hint: "It is past its retention: start a new run.",
    });
  const { input, workflowType, taskQueue } = start;
  const [given = null, options = null] = decode(input?.payloads ?? []);
  return {
    pattern: textOf(workflowType?.name),
    taskQueue: textOf(taskQueue?.name),
    input: given,
    options,
  };
}

/** The workspace stays the earlier run's own: two runs must not work in one folder unless somebody says so. */
export function forkOptions(given: JsonValue): JsonObject {
  if (!isJsonObject(given)) return {};
  const { workspace: _workspace, ...rest } = given;
  return rest;
}

function textOf(name: string | null | undefined): string {
  return name ?? "";
}

function decode(payloads: readonly Payload[]): readonly JsonValue[] {
  return payloads.map((payload) => defaultPayloadConverter.fromPayload<JsonValue>(payload));
}

type EventId = NonNullable<HistoryEvent["eventId"]>;

interface Failure {
  readonly step: string;
  /** The workflow task that scheduled what failed. */
  readonly taskId: EventId;
}

/** The last work that failed for good; nothing when the run took its work back afterwards. */
function findFailure(events: readonly HistoryEvent[]): Failure | undefined {
  let found: Failure | undefined;
  for (const event of events) {
    if (activityOf(event).includes(":compensate")) return undefined;
    const scheduled = scheduledFor(event, events);
    if (scheduled !== undefined) found = scheduled;
  }
  return found;
}

function activityOf(event: HistoryEvent): string {
  return event.activityTaskScheduledEventAttributes?.activityId ?? "";
}

function scheduledFor(event: HistoryEvent, events: readonly HistoryEvent[]): Failure | undefined {
  const id = beganAt(event);
  // Events are numbered from 1 without gaps.
  const began = id === undefined ? undefined : events[Number(id) - 1];
  const activity = began?.activityTaskScheduledEventAttributes;
  if (activity) return failureOf(activity.activityId, activity.workflowTaskCompletedEventId);
  const child = began?.startChildWorkflowExecutionInitiatedEventAttributes;
  return failureOf(child?.workflowId?.split("/").at(-1), child?.workflowTaskCompletedEventId);
}

function failureOf(
  step: string | null | undefined,
  taskId: EventId | null | undefined,
): Failure | undefined {
  return taskId === undefined || taskId === null ? undefined : { step: step ?? "", taskId };
}

function beganAt(event: HistoryEvent): EventId | undefined {
  const activity =
    event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const child = event.childWorkflowExecutionFailedEventAttributes;
  return activity?.scheduledEventId ?? child?.initiatedEventId ?? undefined;
}
