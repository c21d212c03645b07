import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  patched,
  setHandler,
} from "@temporalio/workflow";

import { isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import { readDecision } from "./interpreter/approvals.ts";
import type { HistoryGauge } from "./history-gauge.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { keepInBackground, type RunContext } from "./interpreter/context.ts";
import { fire } from "./interpreter/fire.ts";
import { readInjection } from "./interpreter/injections.ts";
import { createMailbox, type Mailbox } from "./interpreter/mailbox.ts";
import { watchesWrites, writeState } from "./interpreter/state-writes.ts";
import { toJson } from "./interpreter/to-json.ts";
import {
  LOCK_SIGNALS,
  QUERIES,
  SIGNALS,
  UPDATES,
  type ApprovalDecision,
  type EventSignal,
  type HookReport,
  type PendingApproval,
  type ProgressReport,
} from "./messages.ts";
import { setStepUpdates } from "./step-updates.ts";

/** Where messages arrive, open before the plan is loaded: what comes early waits in the mailbox. */
export interface RunDoor {
  readonly mailbox: Mailbox;
  readonly ctx: RunContext | undefined;
  /** From now on messages reach the run. */
  open(ctx: RunContext, gauge: HistoryGauge): void;
}

/** Registers every signal, update and query of a run. Must be called before the first await. */
export function createRunDoor(): RunDoor {
  const mailbox = createMailbox();
  const early: ((ctx: RunContext) => void)[] = [];
  let current: RunContext | undefined;
  let gauge: HistoryGauge | undefined;
  const whenOpen = (act: (ctx: RunContext) => void): void => {
    if (current === undefined) early.push(act);
    else act(current);
  };
  setHandler(defineSignal<[JsonValue]>(SIGNALS.event), (event) => {
    gauge?.look();
    const read = readEvent(event);
    if (read !== undefined) mailbox.deliver(read);
  });
  setHandler(defineSignal(SIGNALS.pause), () => {
    whenOpen((ctx) => {
      ctx.paused = true;
      ctx.slots.close();
    });
  });
  setHandler(defineSignal(SIGNALS.resume), () => {
    whenOpen((ctx) => {
      ctx.paused = false;
      if (!ctx.draining) ctx.slots.open();
    });
  });
  setHandler(defineSignal<[string]>(LOCK_SIGNALS.granted), (token) => {
    mailbox.grant(token);
  });
  setHandler(defineSignal<[JsonValue]>(SIGNALS.inject), (content) => {
    mailbox.injections.push(readInjection(content));
  });
  for (const [signal, point] of SESSION_SIGNALS)
    setHandler(defineSignal<[JsonValue]>(signal), (data) => {
      whenOpen((ctx) => {
        markSession(ctx, point, data);
      });
    });
  setUpdates(mailbox, () => current);
  setStepUpdates(() => current);
  setQueries(() => current);
  return {
    mailbox,
    get ctx() {
      return current;
    },
    open(ctx, historyGauge) {
      current = ctx;
      gauge = historyGauge;
      for (const act of early.splice(0)) act(ctx);
    },
  };
}

const SESSION_SIGNALS = [
  [SIGNALS.sessionStart, "session.start"],
  [SIGNALS.sessionEnd, "session.end"],
  [SIGNALS.sessionRestore, "session.restore"],
] as const;

/** The session signals mark a run and fire its hooks there. */
function markSession(ctx: RunContext, point: string, data: JsonValue | undefined): void {
  const facts = isJsonObject(data) ? data : {};
  const fired = fire(
    ctx,
    point,
    undefined,
    () => ({ key: "", data: facts, input: ctx.input, attempt: 1 }),
    createCanceller(),
  );
  keepInBackground(ctx, fired);
}

function setQueries(run: () => RunContext | undefined): void {
  setHandler(defineQuery<ProgressReport | null>(QUERIES.progress), () => {
    const ctx = run();
    return ctx === undefined ? null : progressOf(ctx);
  });
  setHandler(defineQuery<JsonValue>(QUERIES.plan), () => {
    const ctx = run();
    return ctx === undefined ? null : toJson(ctx.plan);
  });
  setHandler(defineQuery<readonly HookReport[]>(QUERIES.hooks), () => run()?.report.hooks ?? []);
}

function setUpdates(mailbox: Mailbox, run: () => RunContext | undefined): void {
  setApprove(mailbox, run);
  setHandler(
    defineUpdate<JsonValue, [JsonObject]>(UPDATES.setState),
    (patch) =>
      run() === undefined && patched("state-waits-for-plan")
        ? untilLoaded(run).then(() => patchState(run(), patch))
        : patchState(run(), patch),
    { validator: expectObject },
  );
}

function patchState(
  ctx: RunContext | undefined,
  patch: JsonObject,
): JsonObject | Promise<JsonObject> {
  if (ctx === undefined) throw notYet();
  if (watchesWrites(ctx, "")) return patchWatched(ctx, patch);
  ctx.state = { ...ctx.state, ...patch };
  return ctx.state;
}

async function patchWatched(ctx: RunContext, patch: JsonObject): Promise<JsonObject> {
  const refusal = await writeState(ctx, { patch, by: UPDATES.setState });
  if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, "HookCancelled");
  return ctx.state;
}

function setApprove(mailbox: Mailbox, run: () => RunContext | undefined): void {
  const named = (value: JsonValue): ApprovalDecision => {
    const decision = readDecision(value);
    if (typeof decision === "string") throw refused(decision);
    const open = run()?.report.approvals ?? new Map<string, PendingApproval>();
    if (mailbox.waitsFor(decision.id) || open.has(decision.id)) return decision;
    const waiting = [...open.values()];
    const ofStep = waiting.filter((each) => each.step === decision.id);
    const [only] = ofStep;
    if (only !== undefined && ofStep.length === 1) return { ...decision, id: only.id };
    const known = waiting.map((each) => each.id).join(", ") || "none";
    throw refused(`nothing waits for the approval "${decision.id}"; waiting: ${known}`);
  };
  const decide = (decision: ApprovalDecision): { accepted: true } => {
    if (!mailbox.decide(decision)) mailbox.decisions.set(decision.id, decision);
    run()?.report.answered(decision.id);
    return { accepted: true };
  };
  const check = (value: JsonValue): ApprovalDecision => {
    const decision = named(value);
    mayDecide(decision, run());
    return decision;
  };
  setHandler(
    defineUpdate<{ accepted: true }, [JsonValue]>(UPDATES.approve),
    (value) =>
      run() === undefined
        ? untilLoaded(run).then(() => decide(check(value)))
        : decide(named(value)),
    {
      validator: (value: JsonValue) => {
        // A run that has just continued as new does not know yet what is asked.
        if (run() !== undefined) check(value);
      },
    },
  );
}

function untilLoaded(run: () => RunContext | undefined): Promise<void> {
  return condition(() => run() !== undefined);
}

/** Asked before a decision is taken in only: what was accepted once stays accepted. */
function mayDecide({ id, by }: ApprovalDecision, run: RunContext | undefined): void {
  const approvers = run?.report.approvals.get(id)?.approvers;
  if (approvers === undefined || (by !== undefined && approvers.includes(by))) return;
  const who =
    by === undefined ? "the decision does not say who decides (by)" : `"${by}" is not one of them`;
  throw refused(`the approval "${id}" is decided by ${approvers.join(", ")}; ${who}`);
}

function expectObject(value: JsonValue): void {
  if (!isJsonObject(value)) throw refused(`expected an object, got ${JSON.stringify(value)}`);
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: "InputInvalid", message, nonRetryable: true });
}

function notYet(): ApplicationFailure {
  return ApplicationFailure.create({
    type: "Internal",
    message: "the run is still loading its plan; try again",
    nonRetryable: true,
  });
}

/** An event without a type can match nothing and is dropped; anything else about it is optional. */
function readEvent(value: JsonValue): EventSignal | undefined {
  if (!isJsonObject(value) || typeof value["type"] !== "string") return undefined;
  const { id, data, correlation, time } = value;
  return {
    type: value["type"],
    ...(typeof id === "string" ? { id } : {}),
    ...(data === undefined ? {} : { data }),
    ...(typeof correlation === "string" ? { correlation } : {}),
    ...(typeof time === "string" ? { time } : {}),
  };
}

function progressOf(ctx: RunContext): ProgressReport {
  return {
    pattern: ctx.plan.name,
    version: ctx.plan.version,
    digest: ctx.plan.digest,
    status: ctx.ending ?? (ctx.paused ? "paused" : "running"),
    ...(ctx.facts.session === undefined ? {} : { session: ctx.facts.session }),
    steps: [...ctx.report.steps.values()],
    state: ctx.state,
    earlier: ctx.report.earlier,
    pendingApprovals: [...ctx.report.approvals.values()],
    ...(ctx.report.notices.length === 0 ? {} : { notices: ctx.report.notices }),
  };
}
