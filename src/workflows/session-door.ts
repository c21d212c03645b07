import {
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from "@temporalio/workflow";

import { messageOf, type JsonObject, type JsonValue } from "../core/index.ts";
import { asFailure } from "./as-failure.ts";
import {
  QUERIES,
  SESSION_RUN_CLOSED_SIGNAL,
  SIGNALS,
  UPDATES,
  type SessionReport,
} from "./messages.ts";
import { readEnd, readObject } from "./session-messages.ts";
import { addRun, note } from "./session-state.ts";
import { change, noteClosed, restore, start, type Session } from "./session-work.ts";
import type { TaskQueue } from "./task-queue.ts";

/** Where a session's messages arrive. */
export interface SessionDoor {
  /** From now on signals are kept for the next execution: handling each would hold this one open for the next. */
  keepSignals(): void;
  /** They are handled here after all. */
  takeSignals(): void;
}

type Work = (argument: JsonValue) => Promise<void>;

/** What each signal sets going. */
type Works = ReturnType<typeof worksOf>;

/** Signals put work into the queue; the updates of the same name answer when that work, hooks included, is done. */
export function openDoor(session: Session, queue: TaskQueue): SessionDoor {
  const { memory } = session;
  const works: Works & Readonly<Record<string, Work>> = worksOf(session);
  let keeps = false;
  const takeIn = async (signal: string, argument: JsonValue): Promise<void> => {
    try {
      await queue.run(() => works[signal]?.(argument) ?? Promise.resolve());
    } catch (error) {
      // Nobody waits for a signal's answer, and what it throws would fail the workflow task for ever.
      note(memory, `the signal ${signal} failed: ${messageOf(error)}`);
    }
  };
  const takeKept = (): void => {
    for (const { signal, argument } of memory.kept?.splice(0) ?? []) void takeIn(signal, argument);
  };
  // Before the handlers: those take in what came later.
  takeKept();
  for (const signal of Object.keys(works))
    setHandler(defineSignal<[JsonValue?]>(signal), async (argument = null) => {
      session.effects?.gauge.look();
      if (keeps) (memory.kept ??= []).push({ signal, argument });
      else await takeIn(signal, argument);
    });
  setUpdates(session, works, async (work) => {
    session.effects?.gauge.look();
    // They came before it, and somebody waits for its answer.
    takeKept();
    try {
      await queue.run(work);
    } catch (error) {
      throw asFailure(error);
    }
  });
  setHandler(defineQuery<SessionReport>(QUERIES.session), () => reportOf(session));
  return {
    keepSignals() {
      keeps = true;
    },
    takeSignals() {
      keeps = false;
      takeKept();
    },
  };
}

function worksOf(session: Session) {
  return {
    [SIGNALS.sessionStart]: (argument) => start(session, readObject(argument)),
    [SIGNALS.sessionRestore]: (argument) => restore(session, readObject(argument)),
    [SIGNALS.sessionEnd]: (argument) => end(session, argument),
    [SESSION_RUN_CLOSED_SIGNAL]: (argument) => noteClosed(session, readObject(argument)),
  } satisfies Record<string, Work>;
}

function setUpdates(
  session: Session,
  works: Works,
  run: (work: () => Promise<void>) => Promise<void>,
): void {
  const { memory } = session;
  const update = (name: string, work: Work, answer: () => unknown): void => {
    setHandler(defineUpdate<unknown, [JsonValue]>(name), async (argument) => {
      await run(() => work(argument));
      return answer();
    });
  };
  const told = (): SessionReport => reportOf(session);
  for (const [name, signal] of ANSWERING) update(name, works[signal], told);
  update(
    UPDATES.setState,
    (patch) => change(session, readObject(patch), "setState"),
    () => memory.state,
  );
  setHandler(defineUpdate<JsonObject, [JsonValue]>(UPDATES.joinSession), async (argument) => {
    await condition(() => session.ctx !== undefined);
    return addRun(memory, readObject(argument));
  });
}

const ANSWERING = [
  [UPDATES.sessionStarted, SIGNALS.sessionStart],
  [UPDATES.sessionRestored, SIGNALS.sessionRestore],
  [UPDATES.sessionEnded, SIGNALS.sessionEnd],
] as const;

function end(session: Session, argument: JsonValue): Promise<void> {
  session.end = readEnd(argument);
  session.memory.status = "ending";
  return Promise.resolve();
}

export function reportOf({ memory, ctx }: Session): SessionReport {
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
