import type { JsonObject, JsonValue } from "../../../core/index.ts";
import type { Hook, HookEvent } from "../../hook.ts";
import type { Outcome } from "../../outcome.ts";

/** Longest output that is kept as a message. */
const MAX_MESSAGE = 10_000;

/** An event as hooks of this protocol get it on stdin: `trigger`, `data` with the task in it, and the three context ids. */
export function agentcoreEvent(event: HookEvent, hook: Hook, timestamp: string): JsonObject {
  const { step, run, data, id, point } = event;
  return {
    id,
    trigger: hook.alias ?? point,
    timestamp,
    source: run.pattern,
    data: { ...data, ...(step === undefined ? { input: run.input ?? null } : taskOf(step)) },
    metadata: run.session === undefined ? {} : { session_id: run.session },
    workflow_id: run.workflowId,
    task_id: step?.id ?? null,
    session_id: run.session ?? null,
  };
}

/** Hooks of this protocol watch: whatever a completed one prints is its output, and it steers nothing. */
export function agentcoreOutcome(stdout: string): Outcome {
  const message = stdout.trim().slice(0, MAX_MESSAGE);
  return message === "" ? { outcome: "continue" } : { outcome: "continue", message };
}

function taskOf(step: NonNullable<HookEvent["step"]>): JsonObject {
  const { id, kind, type = "custom", input, output, error } = step;
  const optional: Readonly<Record<string, JsonValue | undefined>> = {
    output,
    error,
    role: step.role,
  };
  const task: Record<string, JsonValue> = { id, kind, type, input, status: statusOf(step) };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) task[key] = value;
  return { task_id: id, task, status: statusOf(step) };
}

function statusOf({ output, error }: NonNullable<HookEvent["step"]>): string {
  if (error !== undefined) return "failed";
  return output === undefined ? "running" : "completed";
}
