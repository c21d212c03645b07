import { isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { ApprovalDecision } from "../messages.ts";
import type { Canceller } from "./canceller.ts";
import { onDrain, type RunContext } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import type { PointResult, Subject } from "./ports.ts";
import { remember, startReminders } from "./reminders.ts";
import { failed, type Settled } from "./state.ts";
import { watches } from "./watches.ts";

/** What is asked of a person. */
export interface Question {
  readonly id: string;
  readonly step: string;
  readonly instance?: string;
  readonly prompt: string;
  readonly deadlineAt?: number;
  readonly default?: "approve" | "deny";
  readonly approvers?: readonly string[];
  /** How often people are asked again. */
  readonly remindMs?: number;
  /** The step as it stands, where a hook asks about one: who answers for people judges by it. */
  readonly call?: JsonObject;
}

export type Answer =
  | { readonly kind: "decided"; readonly decision: ApprovalDecision; readonly byDefault: boolean }
  | { readonly kind: "timedOut" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "suspended" };

/** Asks and waits, durably: for the `approve` update, the deadline, a cancellation or the drain. */
export async function ask(ctx: RunContext, question: Question, cancel: Canceller): Promise<Answer> {
  const { asked: memory, isFirst } = remember(ctx, question.id);
  ctx.report.asked({
    id: question.id,
    step: question.step,
    ...(question.instance === undefined ? {} : { instance: question.instance }),
    prompt: question.prompt,
    requestedAt: new Date(memory.at).toISOString(),
    ...(question.deadlineAt === undefined
      ? {}
      : { deadline: new Date(question.deadlineAt).toISOString() }),
    ...(question.approvers === undefined ? {} : { approvers: question.approvers }),
    ...(memory.reminders === 0 ? {} : { reminders: memory.reminders }),
  });
  const settled = isFirst ? await request(ctx, question, cancel) : undefined;
  const answer = settled ?? (await waitForAnswer(ctx, question, cancel));
  // The question stays open while the run is on its way to the next execution, which takes an answer up.
  if (answer.kind === "suspended") return answer;
  ctx.report.answered(question.id);
  ctx.asked.delete(question.id);
  ctx.mailbox.decisions.delete(question.id);
  if (answer.kind === "decided")
    await tell(
      ctx,
      "approval.decided",
      question,
      {
        decision: answer.decision.decision,
        comment: answer.decision.comment ?? null,
        ...statusOf(ctx, answer),
      },
      cancel,
    );
  else if (answer.kind === "timedOut" && ctx.hooks.format !== undefined)
    await tell(ctx, "approval.decided", question, { decision: null, status: "timedOut" }, cancel);
  return answer;
}

/** Tells hooks that people are asked, or, with a count, that they are asked again. A hook may answer for them. */
async function request(
  ctx: RunContext,
  question: Question,
  cancel: Canceller,
  reminder = 0,
): Promise<Answer | undefined> {
  const data = { prompt: question.prompt, ...(reminder === 0 ? {} : { reminder }) };
  const attempt = reminder + 1;
  const asked = await tell(ctx, "approval.requested", question, data, cancel, { attempt });
  const settled = ctx.hooks.format === undefined ? undefined : answerOf(question, asked);
  if (settled === undefined && watches(ctx, "notification"))
    await notify(ctx, question, cancel, attempt);
  return settled;
}

/** What matchers of `approval.decided` can test; runs that began without it go on without it. */
function statusOf(
  ctx: RunContext,
  { decision }: Extract<Answer, { kind: "decided" }>,
): { readonly status?: string } {
  if (ctx.hooks.format === undefined) return {};
  return { status: decision.decision === "approve" ? "approved" : "denied" };
}

/** A hook may answer for people: `replace` with `{ decision, comment? }`, or `cancel`, which denies. */
function answerOf(question: Question, result: PointResult | undefined): Answer | undefined {
  if (result === undefined) return undefined;
  const by = `hook ${result.by ?? ""}`.trim();
  const { decision } = result;
  if (decision.outcome === "cancel") return denied(question.id, by, decision.reason);
  if (decision.outcome !== "replace") return undefined;
  const { output } = decision;
  const given = readDecision(isJsonObject(output) ? { ...output, id: question.id } : output);
  return typeof given === "string"
    ? denied(question.id, by, `its answer cannot be used: ${given}`)
    : { kind: "decided", decision: { by, ...given }, byDefault: false };
}

function denied(id: string, by: string, comment: string): Answer {
  return { kind: "decided", decision: { id, decision: "deny", by, comment }, byDefault: false };
}

/** People are told that they are asked. A hook may word it differently, or keep it to itself: the question stays open. */
async function notify(
  ctx: RunContext,
  question: Question,
  cancel: Canceller,
  attempt: number,
): Promise<void> {
  const { id, prompt } = question;
  const told = { type: "permission_prompt", message: prompt };
  const shown = { input: { message: prompt }, attempt };
  const result = await tell(ctx, "notification", question, told, cancel, shown);
  const pending = ctx.report.approvals.get(id);
  if (result === undefined || pending === undefined) return;
  if (result.failure !== undefined) ctx.report.answered(id);
  else if (isJsonObject(result.input) && typeof result.input["message"] === "string")
    ctx.report.asked({ ...pending, prompt: result.input["message"] });
}

function waitForAnswer(ctx: RunContext, question: Question, cancel: Canceller): Promise<Answer> {
  const kept = ctx.mailbox.decisions.get(question.id);
  if (kept !== undefined)
    return Promise.resolve({ kind: "decided", decision: kept, byDefault: false });
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const end = (answer: Answer): void => {
      for (const each of undo) each();
      undo.length = 0;
      resolve(answer);
    };
    undo.push(
      ctx.mailbox.onDecision(question.id, (decision) => {
        end({ kind: "decided", decision, byDefault: false });
      }),
      cancel.onCancel(() => {
        end({ kind: "cancelled" });
      }),
      onDrain(ctx, () => {
        end({ kind: "suspended" });
      }),
    );
    if (cancel.cancelled || ctx.draining) {
      // It was over before there was anything to forget: who listens no more must take no decision.
      for (const each of undo.splice(0)) each();
      return;
    }
    undo.push(
      startReminders(ctx, question, cancel, async (count) => {
        const pending = ctx.report.approvals.get(question.id);
        if (pending !== undefined) ctx.report.asked({ ...pending, reminders: count });
        const answer = await request(ctx, question, cancel, count);
        if (answer !== undefined) end(answer);
      }),
    );
    if (question.deadlineAt === undefined) return;
    const timer = startTimer(
      ctx,
      question.deadlineAt,
      `${question.id} approval deadline`,
      cancel,
      () => {
        const { id, default: byDefault } = question;
        end(
          byDefault === undefined
            ? { kind: "timedOut" }
            : { kind: "decided", decision: { id, decision: byDefault }, byDefault: true },
        );
      },
    );
    undo.push(() => {
      timer.cancel("answered");
    });
  });
}

async function tell(
  ctx: RunContext,
  point: string,
  question: Question,
  data: Readonly<Record<string, JsonValue>>,
  cancel: Canceller,
  { input = null, attempt = 1 }: { readonly input?: JsonValue; readonly attempt?: number } = {},
): Promise<PointResult | undefined> {
  const describe = (): Subject => ({
    key: question.id,
    data: {
      id: question.id,
      step: question.step,
      ...(question.call === undefined ? {} : { call: question.call }),
      ...data,
    },
    input,
    attempt,
  });
  const result = await ctx.ports.fire(ctx, point, undefined, describe, cancel);
  return result;
}

/** What a hook wants asked. */
interface HookQuestion {
  readonly prompt: string;
  readonly timeoutMs?: number;
  readonly default?: "approve" | "deny";
}

function callOf({ id, kind, tool, role, input }: NonNullable<Subject["step"]>): JsonObject {
  return { id, kind, tool, ...(role === undefined ? {} : { role }), input };
}

function questionOf(
  ctx: RunContext,
  point: string,
  subject: Subject,
  { prompt, timeoutMs, default: byDefault }: HookQuestion,
): Question {
  const id = subject.key === "" ? point : `${subject.key}:${point}`;
  // The time runs from the first asking, whichever execution of the run that was in.
  const askedAt = ctx.asked.get(id)?.at ?? ctx.effects.now();
  return {
    id,
    step: subject.step?.id ?? "",
    ...(subject.step === undefined ? {} : { call: callOf(subject.step) }),
    prompt,
    ...(timeoutMs === undefined ? {} : { deadlineAt: askedAt + timeoutMs }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
  };
}

/** A hook asked for a person: its question holds the point open. Returns the edited input, or how the subject ends. */
export async function askPerson(
  ctx: RunContext,
  point: string,
  subject: Subject,
  decision: HookQuestion,
  cancel: Canceller,
): Promise<Settled | { readonly input?: JsonValue }> {
  const { prompt } = decision;
  const question = questionOf(ctx, point, subject, decision);
  const answer = await ask(ctx, question, cancel);
  const details = { point, ...(subject.key === "" ? {} : { step: subject.key }) };
  switch (answer.kind) {
    case "suspended":
      return { status: "suspended" };
    case "cancelled":
      return { status: "cancelled", reason: cancel.reason };
    case "timedOut":
      return failed("ApprovalTimedOut", `nobody decided in time: ${prompt}`, details);
    case "decided": {
      const { input, comment } = answer.decision;
      if (answer.decision.decision === "deny")
        return failed("ApprovalDenied", comment ?? `denied: ${prompt}`, details);
      return input === undefined ? {} : { input };
    }
  }
}

/** The `approve` update's argument, checked by hand: no schema library inside the sandbox. */
export function readDecision(value: JsonValue): ApprovalDecision | string {
  if (!isJsonObject(value)) return "expected an object { id, decision, comment?, by?, input? }";
  const { id, decision, comment, by, input } = value;
  if (typeof id !== "string" || id === "")
    return `expected id to be the approval's id, got ${JSON.stringify(id)}`;
  if (decision !== "approve" && decision !== "deny")
    return `expected decision to be "approve" or "deny", got ${JSON.stringify(decision)}`;
  return {
    id,
    decision,
    ...(typeof comment === "string" ? { comment } : {}),
    ...(typeof by === "string" ? { by } : {}),
    ...(input === undefined ? {} : { input }),
  };
}
