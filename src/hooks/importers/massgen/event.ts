import type { JsonObject } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";

/** An event as hooks of this protocol get it: before a call without, after it with what the tool gave. */
export function massgenEvent(event: HookEvent, timestamp: string): JsonObject {
  const { step, run } = event;
  return {
    hook_type: massgenType(event),
    session_id: run.session ?? run.workflowId,
    orchestrator_id: run.workflowId,
    agent_id: step?.role ?? null,
    timestamp,
    tool_name: step?.tool ?? event.point,
    tool_input: step?.input ?? run.input ?? null,
    ...(step?.output === undefined ? {} : { tool_output: step.output }),
  };
}

export function massgenType(event: HookEvent): "PreToolUse" | "PostToolUse" {
  return event.step?.output === undefined ? "PreToolUse" : "PostToolUse";
}
