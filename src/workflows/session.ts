import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
  CancellationScope,
} from "@temporalio/workflow";

import type { LoadedSession } from "../activities/contract.ts";
import { isJsonObject, messageOf, type JsonObject, type JsonValue } from "../core/index.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { fire, type Subject } from "./interpreter/fire.ts";
import { createMailbox } from "./interpreter/mailbox.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";
import {
  QUERIES,
  SESSION_RUN_CLOSED_SIGNAL,
  SIGNALS,
  UPDATES,
  type SessionEnd,
  type SessionReport,
  type SessionRestore,
  type SessionStart,
} from "./messages.ts";
import { createRun } from "./run-context.ts";
import type { RunContext } from "./interpreter/context.ts";
import { setStartAttributes, setStatusAttribute } from "./search-attributes.ts";
import {
  addRun,
  applyPatch,
  closeRun,
  createSession,
  openRuns,
  restoreFrom,
  takeCheckpoint,
  type SessionMemory,
} from "./session-state.ts";
import { createTemporalEffects } from "./temporal-effects.ts";

/** What the client and the session's earlier self give it. */
export interface SessionArguments {
  readonly session: string;
  readonly carry?: SessionMemory;
}

type Task = () => Promise<void>;

/**
 * A session: a long-lived workflow that groups runs and keeps their shared state. Messages are handled one after the
 * other, in order of arrival, each with its hooks, so that nobody sees a half-made change.
 */
export async function heddleSession(given: SessionArguments): Promise<SessionReport> {
  const memory = given.carry ?? createSession(given.session, Date.now());
  const tasks: Task[] = [];
  const session: Session = { memory, ctx: undefined, loaded: undefined, end: undefined };
  register(session, tasks);
  await open(session);
  await close(session, await workUntilEnd(session, tasks));
  await condition(allHandlersFinished);
  return report(session);
}

async function workUntilEnd(session: Session, tasks: Task[]): Promise<SessionEnd> {
  const { memory } = session;
  for (;;) {
    await condition(() => tasks.length > 0);
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task();
    if (session.end !== undefined) return session.end;
    if (!workflowInfo().continueAsNewSuggested) continue;
    await condition(allHandlersFinished);
    await continueAsNew<typeof heddleSession>({ session: memory.session, carry: memory });
  }
}

interface Session {
  readonly memory: SessionMemory;
  ctx: RunContext | undefined;
  loaded: LoadedSession | undefined;
  end: SessionEnd | undefined;
}

async function open(session: Session): Promise<void> {
  const effects = createTemporalEffects(CancellationScope.current(), () => undefined);
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
  session.ctx = createRun(loaded.loaded, null, undefined, effects, createMailbox()).ctx;
  session.ctx.state = session.memory.state;
  setStartAttributes(loaded.loaded);
}

/** Signals put work into the queue; the updates of the same name answer when that work, hooks included, is done. */
function register(session: Session, tasks: Task[]): void {
  const { memory } = session;
  const queue = (work: Task): Promise<void> =>
    new Promise((resolve, reject) => {
      tasks.push(() => work().then(resolve, reject));
    });
  const signal = (name: string, work: (argument: JsonValue) => Promise<void>): void => {
    setHandler(defineSignal<[JsonValue]>(name), async (argument) => {
      await queue(() => work(argument));
    });
  };
  const update = (name: string, work: (argument: JsonValue) => Promise<void>): void => {
    setHandler(defineUpdate<SessionReport, [JsonValue]>(name), async (argument) => {
      await queue(() => work(argument));
      return report(session);
    });
  };
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
  update(UPDATES.sessionStarted, started);
  update(UPDATES.sessionRestored, restored);
  update(UPDATES.sessionEnded, ended);
  setHandler(defineUpdate<JsonObject, [JsonValue]>(UPDATES.joinSession), async (argument) => {
    await condition(() => session.ctx !== undefined);
    addRun(memory, readObject(argument));
    return memory.state;
  });
  setHandler(defineUpdate<JsonObject, [JsonValue]>(UPDATES.setState), async (patch) => {
    await queue(() => change(session, readObject(patch), "setState"));
    return memory.state;
  });
  setHandler(defineQuery<SessionReport>(QUERIES.session), () => report(session));
}

async function start(session: Session, given: SessionStart & JsonObject): Promise<void> {
  const { memory } = session;
  if (isJsonObject(given.state)) applyPatch(memory, given.state);
  await fireAt(session, "session.start", {
    source: typeof given.source === "string" ? given.source : "startup",
    ...(isJsonObject(given.metadata) ? { metadata: given.metadata } : {}),
  });
  await checkpoint(session, "start");
}

async function restore(session: Session, given: SessionRestore & JsonObject): Promise<void> {
  const { memory, loaded } = session;
  const found = restoreFrom(memory, loaded?.checkpoints ?? [], given.checkpoint);
  if (session.ctx !== undefined) session.ctx.state = memory.state;
  await fireAt(session, "session.restore", {
    source: "resume",
    checkpoint: found === undefined ? null : found.number,
    ...(typeof given.reason === "string" ? { reason: given.reason } : {}),
  });
  if (found === undefined && given.checkpoint !== undefined)
    memory.notes.push(
      `there is no checkpoint ${String(given.checkpoint)}; the state was left as it is`,
    );
}

async function change(session: Session, patch: JsonObject, reason: string): Promise<void> {
  applyPatch(session.memory, patch);
  if (session.ctx !== undefined) session.ctx.state = session.memory.state;
  await checkpoint(session, reason);
}

async function noteClosed(session: Session, run: JsonObject): Promise<void> {
  closeRun(session.memory, run);
  const { state } = run;
  if (isJsonObject(state) && Object.keys(state).length > 0)
    await change(session, state, "a run closed");
}

async function checkpoint(session: Session, reason: string): Promise<void> {
  const { memory, ctx } = session;
  if (ctx === undefined) return;
  const taken = takeCheckpoint(memory, Date.now(), reason);
  await ctx.effects.activity(
    {
      type: "saveCheckpoint",
      id: `checkpoint:${String(taken.number)}`,
      input: toJson({ session: memory.session, checkpoint: taken }),
      summary: `checkpoint ${String(taken.number)}: ${reason}`.slice(0, 100),
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  );
  await fireAt(session, "session.checkpoint", { number: taken.number, reason });
}

async function fireAt(session: Session, point: string, data: JsonObject): Promise<void> {
  const { ctx, memory } = session;
  if (ctx === undefined) return;
  const describe = (): Subject => ({
    key: "",
    data: { session: memory.session, ...data },
    input: null,
    attempt: memory.stateVersion + 1,
  });
  await fire(ctx, point, undefined, describe, createCanceller());
  // Hooks may have changed the shared state.
  if (ctx.state !== memory.state) {
    memory.state = ctx.state;
    memory.stateVersion += 1;
  }
}

/** Ends the session: its runs first, as `onEnd` says, then its hooks, then a last checkpoint. */
async function close(session: Session, end: SessionEnd): Promise<void> {
  const { memory } = session;
  if (end.onEnd === "cancel") await cancelRuns(session);
  if (end.onEnd !== "leave") await condition(() => openRuns(memory).length === 0);
  await fireAt(session, "session.end", { reason: end.reason ?? "other" });
  await checkpoint(session, "end");
  memory.status = "ended";
  if (session.loaded !== undefined) setStatusAttribute(session.loaded.loaded, "ended");
}

async function cancelRuns({ memory }: Session): Promise<void> {
  for (const run of openRuns(memory)) {
    try {
      await getExternalWorkflowHandle(run.workflowId).cancel();
    } catch (error) {
      // It closed by itself in the meantime, and will never tell us again.
      memory.notes.push(`run ${run.workflowId} could not be cancelled: ${messageOf(error)}`);
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
    hooks: ctx?.report.hooks ?? [],
  };
}

/** Messages come from anybody: what is not an object says nothing. */
function readObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function readEnd(value: JsonValue): SessionEnd {
  const { reason, onEnd } = readObject(value);
  return {
    ...(typeof reason === "string" ? { reason } : {}),
    onEnd: onEnd === "cancel" || onEnd === "leave" ? onEnd : "wait",
  };
}
