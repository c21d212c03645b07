import type { JsonValue } from "../core/index.ts";
import {
  QUERIES,
  SESSION_ID_PREFIX,
  SESSION_WORKFLOW,
  SIGNALS,
  type SessionEnd,
  type SessionReport,
  type SessionRestore,
  type SessionStart,
} from "../workflows/messages.ts";
import { HeddleError } from "../core/index.ts";
import { queryAtRest } from "./query-at-rest.ts";
import { createAsk, type RunPlace } from "./run-handle.ts";

/** One session: a long-lived workflow that groups runs. */
export interface SessionHandle {
  readonly id: string;
  readonly workflowId: string;
  readonly url: string;
  /** Starts the session, or tells a running one that it starts again. */
  start(start?: SessionStart): Promise<void>;
  end(end?: SessionEnd): Promise<void>;
  /** Brings a checkpoint back; starts the session's workflow when none is open. */
  restore(restore?: SessionRestore): Promise<void>;
  show(): Promise<SessionReport>;
}

export function createSessionHandle(
  id: string,
  place: Omit<RunPlace, "workflowId" | "runId"> & { readonly taskQueue: string },
): SessionHandle {
  const workflowId = `${SESSION_ID_PREFIX}${id}`;
  const { workflow } = place.temporal;
  const handle = workflow.getHandle(workflowId);
  const answer = createAsk({ ...place, workflowId });
  const ask = <T>(work: () => Promise<T>): Promise<T> => answer(work).catch(rename(id));
  const wake = (signal: string, argument: JsonValue | object): Promise<void> =>
    ask(async () => {
      await workflow.signalWithStart(SESSION_WORKFLOW, {
        taskQueue: place.taskQueue,
        workflowId,
        args: [{ session: id }],
        signal,
        signalArgs: [argument],
      });
    });
  return {
    id,
    workflowId,
    url: place.urlOf(workflowId, undefined),
    start: (start = {}) => wake(SIGNALS.sessionStart, start),
    end: (end = {}) => ask(() => handle.signal(SIGNALS.sessionEnd, end)),
    restore: (restore = {}) => wake(SIGNALS.sessionRestore, restore),
    show: () => ask(() => queryAtRest<SessionReport>(handle, QUERIES.session)),
  };
}

function rename(id: string): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof HeddleError) || thrown.code !== "RUN_NOT_FOUND") throw thrown;
    throw new HeddleError("SESSION_NOT_FOUND", `There is no open session "${id}".`, {
      hint: `Start it with: heddle session start ${id}`,
      cause: thrown,
    });
  };
}
