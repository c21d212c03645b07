import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import { ask } from "../approvals.ts";
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
    {
      id,
      step: step.id,
      ...(env.path === "" ? {} : { instance: env.path }),
      prompt,
      ...(record.deadlineAt === undefined ? {} : { deadlineAt: record.deadlineAt }),
      ...(body.default === undefined ? {} : { default: body.default }),
      ...(body.approvers === undefined ? {} : { approvers: body.approvers }),
    },
    cancel,
  );
  ctx.report.waiting(step.id, env.path, undefined);
  switch (answer.kind) {
    case "suspended":
      return { status: "suspended" };
    case "cancelled":
      return { status: "cancelled", reason: cancel.reason };
    case "timedOut":
      return failed("ApprovalTimedOut", `step ${step.id}: nobody decided in time: ${prompt}`);
    case "decided": {
      const { decision, comment, by, input: edited } = answer.decision;
      if (decision === "deny")
        return failed("ApprovalDenied", comment ?? `step ${step.id}: denied: ${prompt}`, {
          by: by ?? null,
          byDefault: answer.byDefault,
        });
      return {
        status: "succeeded",
        output: {
          decision,
          comment: comment ?? null,
          by: by ?? null,
          input: edited ?? null,
          byDefault: answer.byDefault,
        },
      };
    }
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
