import { ApplicationFailure } from "@temporalio/workflow";

import type { LoadedSession } from "../activities/contract.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import type { RunContext } from "./interpreter/context.ts";
import { fire } from "./interpreter/fire.ts";
import type { PointResult, Subject } from "./interpreter/ports.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { watchesWrites, writeState } from "./interpreter/state-writes.ts";
import { toJson } from "./interpreter/to-json.ts";
import { tellsOnce } from "./interpreter/watches.ts";
import type { SessionEnd, SessionRestore, SessionStart } from "./messages.ts";
import { restoreRuns } from "./session-restore.ts";
import type { TemporalEffects } from "./temporal-effects.ts";
import {
  applyPatch,
  closeRun,
  note,
  restoreFrom,
  takeCheckpoint,
  unfinishedRuns,
  type SessionMemory,
} from "./session-state.ts";

export interface Session {
  readonly memory: SessionMemory;
  ctx: RunContext | undefined;
  loaded: LoadedSession | undefined;
  end: SessionEnd | undefined;
  effects?: TemporalEffects;
}

export async function start(session: Session, given: SessionStart & JsonObject): Promise<void> {
  const before = session.ctx?.state;
  if (isJsonObject(given.state)) patchState(session, given.state);
  const fired = await fireAt(session, "session.start", {
    source: typeof given.source === "string" ? given.source : "startup",
    ...(isJsonObject(given.metadata) ? { metadata: given.metadata } : {}),
  });
  if (isRefused(session, fired, "the start")) {
    if (before !== undefined) setState(session, before);
    return;
  }
  await checkpoint(session, "start");
}

export async function restore(session: Session, given: SessionRestore & JsonObject): Promise<void> {
  const { memory } = session;
  const before = memory.state;
  const found = restoreFrom(memory, given.checkpoint);
  if (session.ctx !== undefined) session.ctx.state = memory.state;
  const fired = await fireAt(
    session,
    "session.restore",
    {
      source: "resume",
      checkpoint: found === undefined ? null : found.number,
      ...(typeof given.reason === "string" ? { reason: given.reason } : {}),
    },
    session.ctx?.hooks.format === undefined ? null : memory.state,
  );
  if (isRefused(session, fired, "the restore")) {
    setState(session, before);
    return;
  }
  if (isJsonObject(fired?.input) && fired.input !== memory.state) setState(session, fired.input);
  if (found === undefined && given.checkpoint !== undefined)
    note(memory, `there is no checkpoint ${String(given.checkpoint)}; the state was left as it is`);
  await restoreRuns(memory, given.runs);
}

export async function change(session: Session, patch: JsonObject, reason: string): Promise<void> {
  const { ctx } = session;
  if (ctx !== undefined && watchesWrites(ctx, "")) {
    const refused = await writeState(ctx, { patch, by: reason });
    if (refused !== undefined) throw ApplicationFailure.nonRetryable(refused, "HookCancelled");
    setState(session, ctx.state);
  } else patchState(session, patch);
  await checkpoint(session, reason);
}

/** The hooks of a session read and write the state through its context: the two must not part. */
function patchState(session: Session, patch: JsonObject): void {
  applyPatch(session.memory, patch);
  if (session.ctx !== undefined) session.ctx.state = session.memory.state;
}

/** What hooks made of the state as a whole. */
function setState(session: Session, state: JsonObject): void {
  session.memory.state = state;
  session.memory.stateVersion += 1;
  if (session.ctx !== undefined) session.ctx.state = state;
}

/** A hook of a session's message said no: nothing of it happens, and who looks at the session sees why. */
function isRefused(session: Session, fired: PointResult | undefined, what: string): boolean {
  if (session.ctx?.hooks.format === undefined || fired?.failure?.status !== "failed") return false;
  note(session.memory, `${what} was refused: ${fired.failure.error.message}`);
  return true;
}

export async function noteClosed(session: Session, run: JsonObject): Promise<void> {
  closeRun(session.memory, run);
  const { state } = run;
  if (isJsonObject(state) && Object.keys(state).length > 0)
    await change(session, state, "a run closed");
}

export async function checkpoint(session: Session, reason: string): Promise<void> {
  const { memory, ctx } = session;
  if (ctx === undefined) return;
  const number = (memory.checkpoints.at(-1)?.number ?? 0) + 1;
  if (ctx.hooks.format !== undefined) {
    const fired = await fireAt(session, "session.checkpoint", { number, reason });
    if (isRefused(session, fired, `checkpoint ${String(number)}`)) return;
  }
  const taken = takeCheckpoint(memory, Date.now(), reason);
  await ctx.effects.activity(
    {
      type: "saveCheckpoint",
      id: `checkpoint:${String(taken.number)}`,
      input: toJson({
        session: memory.session,
        checkpoint: { ...taken, runs: unfinishedRuns(memory) },
      }),
      summary: `checkpoint ${String(taken.number)}: ${reason}`.slice(0, 100),
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  );
  const told = ctx.hooks.format === undefined ? "session.checkpoint" : "session.save";
  await fireAt(session, told, { number: taken.number, reason });
}

export async function fireAt(
  session: Session,
  point: string,
  data: JsonObject,
  input: JsonValue = null,
): Promise<PointResult | undefined> {
  const { ctx, memory } = session;
  if (ctx === undefined) return undefined;
  // Two messages that change nothing are two moments all the same.
  memory.fired = (memory.fired ?? 0) + 1;
  const moment = tellsOnce(ctx) ? { moment: String(memory.fired) } : {};
  const describe = (): Subject => ({
    key: "",
    ...moment,
    data: { session: memory.session, ...data },
    input,
    attempt: memory.stateVersion + 1,
  });
  const fired = await fire(ctx, point, undefined, describe, createCanceller());
  // Hooks may have changed the shared state.
  if (ctx.state !== memory.state) {
    memory.state = ctx.state;
    memory.stateVersion += 1;
  }
  return fired;
}
