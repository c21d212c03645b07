import {
  allHandlersFinished,
  continueAsNew,
  getExternalWorkflowHandle,
  patched,
  sleep,
  workflowInfo,
  CancellationScope,
} from "@temporalio/workflow";

import type { LoadedSession } from "../activities/contract.ts";
import { messageOf, type JsonValue } from "../core/index.ts";
import { asFailure } from "./as-failure.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { isAtLeast } from "./interpreter/context.ts";
import { createMailbox } from "./interpreter/mailbox.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";
import type { SessionReport } from "./messages.ts";
import { quiesce } from "./quiesce.ts";
import { openDoor, reportOf, type SessionDoor } from "./session-door.ts";
import { createRun } from "./run-context.ts";
import { setStartAttributes, setStatusAttribute } from "./search-attributes.ts";
import { readArguments } from "./session-messages.ts";
import { dropClosed, LOOK_EVERY_MS, startTimer } from "./session-runs.ts";
import { adoptCheckpoints, closeRun, createSession, note, openRuns } from "./session-state.ts";
import { checkpoint, fireAt, type Session } from "./session-work.ts";
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
  const door = openDoor(session, queue);
  try {
    await open(session, carry === undefined);
    await serve(session, queue, door);
    await settleRuns(session, queue);
    await close(session);
    await settleMessages(session, queue);
    return reportOf(session);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Handles messages until one of them asks for the end. */
async function serve(session: Session, queue: TaskQueue, door: SessionDoor): Promise<void> {
  const { memory } = session;
  const isEnding = (): boolean => session.end !== undefined;
  for (;;) {
    await queue.workUntil(() => isEnding() || isLong(session));
    // What is being handled has to answer before this execution is over; it may be the end.
    if (!isEnding()) {
      if (letsLateIn(session)) door.keepSignals();
      await settleMessages(session, queue);
    }
    if (isEnding()) {
      door.takeSignals();
      return;
    }
    await continueAsNew<typeof heddleSession>(toJson({ session: memory.session, carry: memory }));
  }
}

/** Sessions that began before it was read only where a replay sees the same go on as they began. */
function isLong(session: Session): boolean {
  return letsLateIn(session)
    ? session.effects?.shouldContinue(3) === true
    : workflowInfo().continueAsNewSuggested;
}

/** Sessions that began before late messages were waited for go on as they began. */
async function settleMessages(session: Session, queue: TaskQueue): Promise<void> {
  if (!letsLateIn(session)) {
    await queue.workUntil(allHandlersFinished);
    return;
  }
  // Hooks that nobody waited for belong to the session all the same: they end, and show, before it does.
  const isSettled = (): boolean => allHandlersFinished() && session.ctx?.background.size === 0;
  await quiesce(session.effects?.local, () => queue.workUntil(isSettled));
}

/** What a run told before it closed may have come while the session looked after it. */
async function letMessagesIn(session: Session, queue: TaskQueue): Promise<void> {
  if (!letsLateIn(session)) return;
  await sleep(1, { summary: "let late messages in" });
  await queue.workUntil(() => true);
}

function letsLateIn({ ctx }: Session): boolean {
  return ctx !== undefined && isAtLeast(ctx, 3);
}

async function open(session: Session, isNew: boolean): Promise<void> {
  const effects = createTemporalEffects(CancellationScope.current());
  session.effects = effects;
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

/** Waits for the session's runs as `onEnd` says. Who asks for the end again may change their mind about it. */
async function settleRuns(session: Session, queue: TaskQueue): Promise<void> {
  const { memory } = session;
  const isQuiet = (): boolean => openRuns(memory).length === 0;
  while (session.end?.onEnd !== "leave" && !isQuiet()) {
    const { end } = session;
    // Sessions that began to wait before this was known go on as they began.
    const looks = patched("session-looks-after-runs");
    if (looks) await dropClosed(memory, () => letMessagesIn(session, queue));
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
