import { isJsonObject, type JsonValue } from "../../core/index.ts";
import type { ApprovalDecision } from "../messages.ts";
import type { Canceller } from "./canceller.ts";
import { onDrain, type RunContext } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import type { Subject } from "./ports.ts";
import { failed, type Settled } from "./state.ts";

/** What is asked of a person. */
export interface Question {
  readonly id: string;
  readonly step: string;
  readonly instance?: string;
  readonly prompt: string;
  readonly deadlineAt?: number;
  readonly default?: "approve" | "deny";
  readonly approvers?: readonly string[];
}

export type Answer =
  | { readonly kind: "decided"; readonly decision: ApprovalDecision; readonly byDefault: boolean }
  | { readonly kind: "timedOut" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "suspended" };

/** Asks and waits, durably: for the `approve` update, the deadline, a cancellation or the drain. */
export async function ask(ctx: RunContext, question: Question, cancel: Canceller): Promise<Answer> {
  ctx.report.asked({
    id: question.id,
    step: question.step,
    ...(question.instance === undefined ? {} : { instance: question.instance }),
    prompt: question.prompt,
    requestedAt: new Date(ctx.effects.now()).toISOString(),
    ...(question.deadlineAt === undefined
      ? {}
      : { deadline: new Date(question.deadlineAt).toISOString() }),
    ...(question.approvers === undefined ? {} : { approvers: question.approvers }),
  });
  await tell(ctx, "approval.requested", question, { prompt: question.prompt }, cancel);
  const answer = await waitForAnswer(ctx, question, cancel);
  ctx.report.answered(question.id);
  if (answer.kind === "decided")
    await tell(
      ctx,
      "approval.decided",
      question,
      { decision: answer.decision.decision, comment: answer.decision.comment ?? null },
      cancel,
    );
  return answer;
}

function waitForAnswer(ctx: RunContext, question: Question, cancel: Canceller): Promise<Answer> {
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
    if (question.deadlineAt === undefined || cancel.cancelled || ctx.draining) return;
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
): Promise<void> {
  const describe = (): Subject => ({
    key: question.id,
    data: { id: question.id, step: question.step, ...data },
    input: null,
    attempt: 1,
  });
  await ctx.ports.fire(ctx, point, undefined, describe, cancel);
}

/** A hook asked for a person: its question holds the point open. Returns the edited input, or how the subject ends. */
export async function askPerson(
  ctx: RunContext,
  point: string,
  subject: Subject,
  decision: {
    readonly prompt: string;
    readonly timeoutMs?: number;
    readonly default?: "approve" | "deny";
  },
  cancel: Canceller,
): Promise<Settled | { readonly input?: JsonValue }> {
  const { timeoutMs, prompt } = decision;
  const question: Question = {
    id: subject.key === "" ? point : `${subject.key}:${point}`,
    step: subject.step?.id ?? "",
    prompt,
    ...(timeoutMs === undefined ? {} : { deadlineAt: ctx.effects.now() + timeoutMs }),
    ...(decision.default === undefined ? {} : { default: decision.default }),
  };
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
