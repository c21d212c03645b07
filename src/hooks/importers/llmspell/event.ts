import { defined, type JsonObject } from "../../../core/index.ts";
import type { Hook, HookEvent, HookStep } from "../../hook.ts";

/** An event as script hooks of this protocol get it: the workflow, the step, the state; and the general hook context. */
export function llmspellEvent(event: HookEvent, hook: Hook, timestamp: string): JsonObject {
  const { run, step, data, state, id } = event;
  const point = hook.alias ?? event.point;
  return {
    hook_point: point,
    point,
    timestamp,
    workflow: { id: run.workflowId, name: run.pattern, type: "custom" },
    state,
    ...(step === undefined ? {} : { step: stepOf(step) }),
    component_id:
      step === undefined
        ? { id: run.workflowId, type: "workflow", name: run.pattern }
        : { id: step.id, type: "tool", name: step.name ?? step.id },
    data: { ...data, ...(step === undefined ? { input: run.input ?? null } : {}) },
    metadata: { event_id: id, run_id: run.id, version: run.version },
    correlation_id: run.session ?? run.workflowId,
    language: "script",
  };
}

function stepOf(step: HookStep): JsonObject {
  const { id, kind, tool, type = "custom", attempt, input } = step;
  const { name = id, instance, output, error, durationMs: duration, role } = step;
  const metadata = { kind, tool, attempt, ...defined({ instance, role }) };
  return { id, name, type, input, ...defined({ output, duration, error }), metadata };
}
