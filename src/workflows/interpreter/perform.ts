import type { JsonValue } from "../../core/index.ts";
import type { Template } from "../../expressions/index.ts";
import type { Body } from "../../patterns/plan.ts";
import { performActivity, prepareActivity } from "./bodies/activity.ts";
import { performApproval } from "./bodies/approval.ts";
import { performChild } from "./bodies/child.ts";
import { performEmit } from "./bodies/emit.ts";
import { performFail, performStop } from "./bodies/endings.ts";
import { performGroup, performLoop, performSwitch } from "./bodies/scopes.ts";
import { performWait, performWaitFor } from "./bodies/waits.ts";
import { checkOutput } from "./check-output.ts";
import { isAtLeast, type RunContext } from "./context.ts";
import { attempt } from "./conditions.ts";
import { evaluateIn, type Environment } from "./environment.ts";
import type { Instance } from "./instance.ts";
import type { Performance } from "./performance.ts";
import { failed, type Settled } from "./state.ts";
import { withTimeout } from "./timeouts.ts";

/** What hooks see and may rewrite before a body is carried out. Throws `ExpressionError`. */
export function prepareInput(ctx: RunContext, body: Body, env: Environment): JsonValue {
  switch (body.kind) {
    case "run":
    case "http":
    case "agent":
    case "call":
      return prepareActivity(ctx, body, env);
    case "pattern":
      return evaluateIn(ctx, body.with, env);
    case "wait":
      return evaluateIn(ctx, body.for, env);
    case "approval":
      return { prompt: evaluateIn(ctx, body.prompt, env) };
    case "set":
      return evaluateIn(ctx, body.values, env);
    case "emit":
      return evaluateIn(ctx, body.event, env);
    case "waitFor":
      return { event: body.event };
    case "fail":
      return {
        message: evaluateIn(ctx, body.message, env),
        details: body.details === undefined ? null : evaluateIn(ctx, body.details, env),
      };
    case "stop":
      return body.output === undefined ? null : evaluateIn(ctx, body.output, env);
    case "switch":
    case "loop":
    case "group":
      return null;
  }
}

/** Carries a body out. Every way it can end is an outcome; it rejects only for a defect of the interpreter. */
export function perform(
  instance: Instance,
  body: Body,
  input: JsonValue,
  how: Performance,
): Promise<Settled> {
  switch (body.kind) {
    case "run":
    case "http":
    case "agent":
    case "call":
      return performActivity(instance, body, input, how);
    default:
      return withTimeout(instance, how, (limited) => performHere(limited, body, input, how));
  }
}

type LocalBody = Exclude<Body, { readonly kind: "run" | "http" | "agent" | "call" }>;

async function performHere(
  instance: Instance,
  body: LocalBody,
  input: JsonValue,
  how: Performance,
): Promise<Settled> {
  const outcome = await performBody(instance, body, input, how);
  if (outcome.status !== "succeeded") return outcome;
  // A scope evaluates its own mapping, inside, where its nested steps can be seen.
  const mapped =
    how.output === undefined || isScope(body)
      ? outcome
      : mapOutput(instance, how.output, outcome.output);
  const { outputSchema } = instance.step;
  return mapped.status === "succeeded" && outputSchema !== undefined && how.suffix === undefined
    ? checkOutput(instance.ctx, instance.step.id, mapped.output, outputSchema)
    : mapped;
}

function performBody(
  instance: Instance,
  body: LocalBody,
  input: JsonValue,
  how: Performance,
): Promise<Settled> | Settled {
  // Runs of earlier revisions go on as they began: with the step's own mapping, whatever is carried out.
  const { output } = isAtLeast(instance.ctx, 3) ? how : instance.step;
  switch (body.kind) {
    case "set":
      return { status: "succeeded", output: input };
    case "emit":
      return performEmit(instance, input);
    case "wait":
      return performWait(instance, body, input);
    case "waitFor":
      return performWaitFor(instance, body);
    case "approval":
      return performApproval(instance, body, input);
    case "pattern":
      return performChild(instance, body, input);
    case "switch":
      return performSwitch(instance, body, output);
    case "loop":
      return performLoop(instance, body, output);
    case "group":
      return performGroup(instance, body, output);
    case "fail":
      return performFail(body, input);
    case "stop":
      return performStop(instance, input);
  }
}

function isScope(body: Body): boolean {
  return body.kind === "group" || body.kind === "loop" || body.kind === "switch";
}

function mapOutput(instance: Instance, template: Template, raw: JsonValue): Settled {
  const { ctx, step, env } = instance;
  const mapped = attempt(() => evaluateIn(ctx, template, env, { output: raw }));
  return mapped.ok
    ? { status: "succeeded", output: mapped.value }
    : failed("ExpressionFailed", `${step.id}: output: ${mapped.message}`);
}
