import { Context } from "@temporalio/activity";

import { isJsonObject, type JsonValue } from "../core/index.ts";
import { executeHandler, type HandlerReply } from "../hooks/executors/index.ts";
import { extendOriginByRole } from "../hooks/index.ts";
import type { AgentInput, CallInput, StepResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { cancelledFailure, createFailure } from "./failure.ts";
import { finishStep } from "./finish-step.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { withoutSecrets } from "./redaction.ts";
import { handlerContext, type Subject } from "./run-context.ts";

/** In an agent's answer: the role that should go on, beside the `output` for it. */
const HANDOFF_KEY = "$handoff";

/**
 * Gives a step to the handler of its role. Programs and endpoints get `{ role, step, instance, input, injections?, run }`;
 * functions get the input itself, since their schema describes it, and the injections in their context.
 */
export async function agentStep(input: AgentInput, deps: ActivityDeps): Promise<StepResult> {
  const { role, handler, step, instance, injections } = input;
  const context = {
    ...handlerContext(deps, { ...input, ...originOf(input) }),
    ...(injections === undefined ? {} : { injections }),
  };
  const envelope: JsonValue = {
    role,
    step,
    ...(instance === undefined ? {} : { instance }),
    input: input.input,
    ...(injections === undefined ? {} : { injections }),
    run: { ...context.facts },
  };
  const payload = "function" in handler ? input.input : envelope;
  const reply = await withHeartbeat(() => executeHandler(handler, payload, context));
  const answer = readReply(reply, deps);
  if (!isJsonObject(answer) || typeof answer[HANDOFF_KEY] !== "string")
    return finishStep(answer, input, deps);
  const result = await finishStep(answer["output"] ?? null, input, deps);
  return { ...result, handoff: answer[HANDOFF_KEY] };
}

/** A role that a pattern plays starts runs, which may play the role again. */
function originOf({ handler, role, run }: AgentInput): Pick<Subject, "origin"> {
  if (!("pattern" in handler)) return {};
  const { workflowType } = Context.current().info;
  return { origin: extendOriginByRole(run.origin, workflowType ?? "", role) };
}

/** Calls a registered function with the step's input. */
export async function callStep(input: CallInput, deps: ActivityDeps): Promise<StepResult> {
  const context = handlerContext(deps, input);
  const handler = { function: input.function };
  const reply = await withHeartbeat(() => executeHandler(handler, input.input, context));
  return finishStep(readReply(reply, deps), input, deps);
}

function readReply(reply: HandlerReply, deps: ActivityDeps): JsonValue {
  if (reply.kind === "cancelled") throw cancelledFailure();
  if (reply.kind === "failed") throw createFailure(withoutSecrets(reply.error, deps));
  return "json" in reply.answer ? reply.answer.json : reply.answer.text.trimEnd();
}
