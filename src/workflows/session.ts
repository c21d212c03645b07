import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  patched,
  setHandler,
  workflowInfo,
  CancellationScope,
} from "@temporalio/workflow";

import type { LoadedSession } from "../activities/contract.ts";
import { messageOf, type JsonObject, type JsonValue } from "../core/index.ts";
import { asFailure } from "./as-failure.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { createMailbox } from "./interpreter/mailbox.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";
import {
  QUERIES,
  SESSION_RUN_CLOSED_SIGNAL,
  SIGNALS,
  UPDATES,
  type SessionReport,
} from "./messages.ts";
import { createRun } from "./run-context.ts";
import { setStartAttributes, setStatusAttribute } from "./search-attributes.ts";
import { readArguments, readEnd, readObject } from "./session-messages.ts";
import { dropClosed, LOOK_EVERY_MS, startTimer } from "./session-runs.ts";
import {
  addRun,
  adoptCheckpoints,
  closeRun,
  createSession,
  note,
  openRuns,
} from "./session-state.ts";
import {
  change,
  checkpoint,
  fireAt,
  noteClosed,
  restore,
  start,
  type Session,
} from "./session-work.ts";
import { createTaskQueue, type TaskQueue } from "./task-queue.ts";
import { createTemporalEffects } from "./temporal-effects.ts";

/**
 * A session: a long-lived workflow that groups runs and keeps their shared state. Messages are handled one after the
 * other, in order of arrival, each with its hooks, so that nobody sees a half-made change.
 */
export async function heddleSession(given?: JsonValue): Promise<SessionReport> {
  const isContinued = workflowInfo().continuedFromExecutionRunId !== undefined;
  const { session: id, carry } = readArguments(given, isContinued);
  const memory = carry ?? createSession(id, Date.now());
  const session: Session = { memory, ctx: undefined, loaded: undefined, end: undefined };
  const queue = createTaskQueue();
  register(session, queue);
  try {
    await open(session, carry === undefined);
    await serve(session, queue);
    await settleRuns(session, queue);
    await close(session);
    await queue.workUntil(allHandlersFinished);
    return report(session);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Handles messages until one of them asks for the end. */
async function serve(session: Session, queue: TaskQueue): Promise<void> {
  const { memory } = session;
  const isEnding = (): boolean => session.end !== undefined;
  for (;;) {
    await queue.workUntil(() => isEnding() || workflowInfo().continueAsNewSuggested);
    // What is being handled has to answer before this execution is over; it may be the end.
    if (!isEnding()) await queue.workUntil(allHandlersFinished);
    if (isEnding()) return;
    await continueAsNew<typeof heddleSession>(toJson({ session: memory.session, carry: memory }));
  }
}

async function open(session: Session, isNew: boolean): Promise<void> {
  const effects = createTemporalEffects(CancellationScope.current());
  const loaded = (await effects.activity(
    {
      type: "loadSession",
      id: "loadSession",
      input: { session: session.memory.session },
      summary: `load session ${session.memory.session}`,
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  )) as LoadedSession; // as: the contract's `loadSession`
  session.loaded = loaded;
  adoptCheckpoints(session.memory, loaded.checkpoints);
  if (isNew) session.memory.earlier = loaded.checkpoints.at(-1)?.runs ?? [];
  session.ctx = createRun(loaded.loaded, null, undefined, effects, createMailbox()).ctx;
  session.ctx.state = session.memory.state;
  setStartAttributes(loaded.loaded);
}

/** Signals put work into the queue; the updates of the same name answer when that work, hooks included, is done. */
function register(session: Session, queue: TaskQueue): void {
  const { memory } = session;
  const signal = (name: string, work: (argument: JsonValue) => Promise<void>): void => {
    setHandler(defineSignal<[JsonValue]>(name), async (argument) => {
      try {
        await queue.run(() => work(argument));
      } catch (error) {
        // Nobody waits for a signal's answer, and what it throws would fail the workflow task for ever.
        note(memory, `the signal ${name} failed: ${messageOf(error)}`);
      }
    });
  };
  const update = (
    name: string,
    work: (argument: JsonValue) => Promise<void>,
    answer: () => unknown,
  ): void => {
    setHandler(defineUpdate<unknown, [JsonValue]>(name), async (argument) => {
      try {
        await queue.run(() => work(argument));
      } catch (error) {
        throw asFailure(error);
      }
      return answer();
    });
  };
  const told = (): SessionReport => report(session);
  const started = (argument: JsonValue): Promise<void> => start(session, readObject(argument));
  const restored = (argument: JsonValue): Promise<void> => restore(session, readObject(argument));
  const ended = (argument: JsonValue): Promise<void> => {
    session.end = readEnd(argument);
    memory.status = "ending";
    return Promise.resolve();
  };
  signal(SIGNALS.sessionStart, started);
  signal(SIGNALS.sessionRestore, restored);
  signal(SIGNALS.sessionEnd, ended);
  signal(SESSION_RUN_CLOSED_SIGNAL, (argument) => noteClosed(session, readObject(argument)));
  update(UPDATES.sessionStarted, started, told);
  update(UPDATES.sessionRestored, restored, told);
  update(UPDATES.sessionEnded, ended, told);
  setHandler(defineUpdate<JsonObject, [JsonValue]>(UPDATES.joinSession), async (argument) => {
    await condition(() => session.ctx !== undefined);
    return addRun(memory, readObject(argument));
  });
  update(
    UPDATES.setState,
    (patch) => change(session, readObject(patch), "setState"),
    () => memory.state,
  );
  setHandler(defineQuery<SessionReport>(QUERIES.session), () => report(session));
}

/** Waits for the session's runs as `onEnd` says. Who asks for the end again may change their mind about it. */
async function settleRuns(session: Session, queue: TaskQueue): Promise<void> {
  const { memory } = session;
  const isQuiet = (): boolean => openRuns(memory).length === 0;
  while (session.end?.onEnd !== "leave" && !isQuiet()) {
    const { end } = session;
    // Sessions that began to wait before this was known go on as they began.
    const looks = patched("session-looks-after-runs");
    if (looks) await dropClosed(memory);
    if (end?.onEnd === "cancel") await cancelRuns(session);
    let isDue = false;
    const timer = looks ? startTimer(LOOK_EVERY_MS, () => (isDue = true)) : undefined;
    await queue.workUntil(() => isQuiet() || session.end !== end || isDue);
    timer?.cancel();
  }
}

/** Ends the session once its runs are settled: its hooks, then a last checkpoint. */
async function close(session: Session): Promise<void> {
  await fireAt(session, "session.end", { reason: session.end?.reason ?? "other" });
  await checkpoint(session, "end");
  session.memory.status = "ended";
  if (session.loaded !== undefined) setStatusAttribute(session.loaded.loaded, "ended");
}

async function cancelRuns({ memory }: Session): Promise<void> {
  for (const run of openRuns(memory)) {
    try {
      await getExternalWorkflowHandle(run.workflowId).cancel();
    } catch (error) {
      // It closed by itself in the meantime, and will never tell us again.
      note(memory, `run ${run.workflowId} could not be cancelled: ${messageOf(error)}`);
      closeRun(memory, { workflowId: run.workflowId, status: "unknown" });
    }
  }
}

function report({ memory, ctx }: Session): SessionReport {
  return {
    session: memory.session,
    status: memory.status,
    startedAt: new Date(memory.startedAt).toISOString(),
    state: memory.state,
    stateVersion: memory.stateVersion,
    checkpoints: memory.checkpoints,
    runs: memory.runs,
    notes: memory.notes,
    hooks: ctx?.report.hooks ?? [],
  };
}
