import type { JsonValue, Result } from "../../core/index.ts";
import { executionIdOf } from "../describe-firing.ts";
import type { Hook, HookEvent } from "../hook.ts";
import { agentcoreEvent, agentcoreOutcome } from "../importers/agentcore/index.ts";
import { llmspellEvent, readLlmspellResult } from "../importers/llmspell/index.ts";
import { massgenEvent, massgenType, readMassgenResult } from "../importers/massgen/index.ts";
import type { Outcome } from "../outcome.ts";
import { findPoint, hasEffect } from "../points.ts";
import { executeClaudeHook } from "./claude/index.ts";
import { executeComposite, isComposite } from "./composite.ts";
import type { HandlerContext } from "./context.ts";
import { executeHandler } from "./execute-handler.ts";
import { bounded, readHookReply, type HookReading } from "./hook-reply.ts";
import type { HandlerReply } from "./reply.ts";

/**
 * Runs a hook for an event in the protocol that it speaks, and reads its answer by that protocol. An outcome that would
 * steer nothing at the event's point is a failure: its author meant it to.
 */
export async function executeHook(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const callId = executionIdOf(event, hook);
  const reading = await ask(hook, event, { ...context, callId });
  if (reading.kind !== "decided") return reading;
  const { outcome } = reading.outcome;
  if (hasEffect(event.point, outcome)) return withEffect(bounded(reading, event), event.point);
  const known = ["continue", ...(findPoint(event.point)?.outcomes ?? [])].join(", ");
  return invalid(`"${outcome}" has no effect at ${event.point}; there it may be ${known}`);
}

/** `step.retry` fires on the worker, inside an attempt: the run's state and its injections are out of reach there. */
function withEffect(reading: HookReading, point: string): HookReading {
  if (reading.kind !== "decided") return reading;
  const { state = {}, inject = [] } = reading.outcome;
  const lost = Object.keys(state).length > 0 ? "state" : inject.length > 0 ? "inject" : undefined;
  if (point !== "step.retry" || lost === undefined) return reading;
  return invalid(`"${lost}" has no effect at ${point}; give it at step.error or step.after`);
}

function ask(hook: Hook, event: HookEvent, context: HandlerContext): Promise<HookReading> {
  if (isComposite(hook.handler))
    return executeComposite(hook.handler, event, context, (handler, own, limits) =>
      ask({ ...hook, handler }, own, limits),
    );
  switch (hook.protocol) {
    case "heddle":
      return askHeddle(hook, event, context);
    case "claude":
      return executeClaudeHook(hook, event, context);
    case "agentcore":
      return askAgentcore(hook, event, context);
    case "llmspell":
      return askLlmspell(hook, event, context);
    case "massgen":
      return askMassgen(hook, event, context);
  }
}

async function askHeddle(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const env = { ...context.env, HEDDLE_HOOK: hook.name, HEDDLE_POINT: event.point };
  // as: an event is plain JSON, which its interface cannot say
  const payload = event as unknown as JsonValue;
  return readHookReply(await executeHandler(hook.handler, payload, { ...context, env }));
}

async function askAgentcore(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const payload = agentcoreEvent(event, hook, new Date().toISOString());
  return readAgentcore(await executeHandler(hook.handler, payload, context));
}

async function askLlmspell(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const payload = llmspellEvent(event, hook, new Date().toISOString());
  return readAnswer(await executeHandler(hook.handler, payload, context), readLlmspellResult);
}

async function askMassgen(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): Promise<HookReading> {
  const payload = massgenEvent(event, new Date().toISOString());
  const env = { ...context.env, ...massgenVariables(event) };
  const reply = await executeHandler(hook.handler, payload, { ...context, env });
  return readAnswer(reply, readMassgenResult);
}

function massgenVariables(event: HookEvent): Record<string, string> {
  return {
    MASSGEN_HOOK_TYPE: massgenType(event),
    MASSGEN_TOOL_NAME: event.step?.tool ?? event.point,
    MASSGEN_SESSION_ID: event.run.session ?? event.run.workflowId,
    MASSGEN_AGENT_ID: event.step?.role ?? "",
  };
}

function readAgentcore(reply: HandlerReply): HookReading {
  if (reply.kind === "cancelled") return { kind: "cancelled" };
  if (reply.kind === "failed") return reply;
  const { answer } = reply;
  const text = "text" in answer ? answer.text : JSON.stringify(answer.json);
  return { kind: "decided", outcome: agentcoreOutcome(reply.process?.stdout ?? text) };
}

/** A foreign answer by its own reader; output that is no JSON decides nothing. */
function readAnswer(
  reply: HandlerReply,
  read: (answer: JsonValue) => Result<Outcome, string>,
): HookReading {
  if (reply.kind === "cancelled") return { kind: "cancelled" };
  if (reply.kind === "failed") return reply;
  const result = read("json" in reply.answer ? reply.answer.json : null);
  return result.ok ? { kind: "decided", outcome: result.value } : invalid(result.error);
}

function invalid(why: string): HookReading {
  const message = `The hook's answer cannot be used: ${why}`;
  return { kind: "failed", timedOut: false, error: { type: "HookOutcomeInvalid", message } };
}
