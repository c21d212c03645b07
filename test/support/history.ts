/** What a run left in its history, in words that tests can compare. */
import type { History } from "./engine.ts";

type HistoryEvent = NonNullable<History["events"]>[number];

/** Kinds of events without those of workflow tasks, whose number depends on how busy the machine is. */
export function eventKinds(history: History): readonly string[] {
  return (history.events ?? []).map(kindOf).filter((kind) => !kind.startsWith("workflowTask"));
}

/** `temporal.api.enums.v1.WorkflowTaskFailedCause`: news came while the task ended the run, which had to look at it first. */
const UNHANDLED_COMMAND = 1;

/**
 * The server tries a workflow task that failed again for ever: a run must end by itself instead. A task that the server
 * itself refused, because something arrived meanwhile, has not failed: when that happens depends on how busy the machine is.
 */
export function failedWorkflowTasks(history: History): readonly string[] {
  return (history.events ?? [])
    .filter((event) => Number(event.workflowTaskFailedEventAttributes?.cause) !== UNHANDLED_COMMAND)
    .map(kindOf)
    .filter((kind) => kind === "workflowTaskFailed");
}

/** Ids of the activities that were scheduled, in order. */
export function activityIds(history: History): readonly string[] {
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    typeof scheduled?.activityId === "string" ? [scheduled.activityId] : [],
  );
}

/** The summaries that the Web UI shows beside activities, timers and children, in order. */
export function summaries(history: History): readonly string[] {
  return (history.events ?? []).flatMap(({ userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return data instanceof Uint8Array ? [String(JSON.parse(Buffer.from(data).toString()))] : [];
  });
}

/** The size of the largest payload-carrying event, in bytes of JSON. */
export function largestEvent(history: History): number {
  return Math.max(...(history.events ?? []).map((event) => JSON.stringify(event).length));
}

function kindOf(event: HistoryEvent): string {
  const key = Object.keys(event).find((name) => name.endsWith("EventAttributes")) ?? "none";
  return key.slice(0, -"EventAttributes".length);
}
