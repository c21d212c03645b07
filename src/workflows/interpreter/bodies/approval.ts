import { defined, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import { ask, type Answer } from "../approvals.ts";
import { isAtLeast } from "../context.ts";
import type { Instance } from "../instance.ts";
import { failed, type Settled } from "../state.ts";

type ApprovalBody = Extract<Body, { readonly kind: "approval" }>;

/** Holds the run until a person decides; the output is the decision. */
export async function performApproval(
  instance: Instance,
  body: ApprovalBody,
  input: JsonValue,
): Promise<Settled> {
  const { ctx, step, record, env, cancel } = instance;
  const prompt = isJsonObject(input) ? textOf(input["prompt"]) : textOf(input);
  if (body.timeoutMs !== undefined) record.deadlineAt ??= ctx.effects.now() + body.timeoutMs;
  const id = env.path === "" ? step.id : `${step.id}[${env.path}]`;
  ctx.report.waiting(step.id, env.path, `approval: ${prompt}`);
  const answer = await ask(
    ctx,
    defined({
      id,
      step: step.id,
      instance: env.path === "" ? undefined : env.path,
      prompt,
      deadlineAt: record.deadlineAt,
      default: body.default,
      approvers: body.approvers,
      remindMs: isAtLeast(ctx, 1) ? body.remindMs : undefined,
    }),
    cancel,
  );
  ctx.report.waiting(step.id, env.path, undefined);
  return outcomeOf(answer, step.id, prompt, cancel.reason);
}

function outcomeOf(answer: Answer, step: string, prompt: string, reason: string): Settled {
  switch (answer.kind) {
    case "suspended":
      return { status: "suspended" };
    case "cancelled":
      return { status: "cancelled", reason };
    case "timedOut":
      return failed("ApprovalTimedOut", `step ${step}: nobody decided in time: ${prompt}`);
    case "decided": {
      const { byDefault } = answer;
      const { decision, comment = null, by = null, input = null } = answer.decision;
      return decision === "deny"
        ? failed("ApprovalDenied", comment ?? `step ${step}: denied: ${prompt}`, { by, byDefault })
        : { status: "succeeded", output: { decision, comment, by, input, byDefault } };
    }
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
