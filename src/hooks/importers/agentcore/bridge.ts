import {
  defined,
  isJsonObject,
  type ErrorInfo,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import type { HookEvent, HookStep } from "../../hook.ts";

/** An event of that system's bus, as far as hooks are concerned. */
export interface BridgedEvent {
  /** Its hook trigger, as registrations name it. */
  readonly trigger: "pre_task" | "post_task" | "session_start" | "session_end";
  /** Without the hook's name, which its firing adds. */
  readonly event: Omit<HookEvent, "hook">;
  /** Names the moment where several events tell of one: a task that was created is also started. */
  readonly once?: string;
}

const TRIGGERS: ReadonlyMap<string, Pick<BridgedEvent, "trigger"> & { readonly point: string }> =
  new Map([
    ["task.created", { trigger: "pre_task", point: "step.before" }],
    ["task.started", { trigger: "pre_task", point: "step.before" }],
    ["task.completed", { trigger: "post_task", point: "step.after" }],
    ["task.failed", { trigger: "post_task", point: "step.error" }],
    ["system.startup", { trigger: "session_start", point: "session.start" }],
    ["system.shutdown", { trigger: "session_end", point: "session.end" }],
  ]);

/** What is bridged, for whoever asks why nothing fired. */
export const BRIDGED_TYPES: readonly string[] = [...TRIGGERS.keys()];

/**
 * Reads an event of that system: workflow and task are named in its data, the session in its metadata. Undefined when no
 * hook can be meant by it.
 */
export function fromAgentcoreEvent(given: JsonObject, workspace: string): BridgedEvent | undefined {
  const type = typeOf(given);
  const found = TRIGGERS.get(type);
  if (found === undefined) return undefined;
  const { trigger, point } = found;
  const data = objectOf(given["data"]);
  const session = textOf(objectOf(given["metadata"])["session_id"]);
  const workflow = textOf(data["workflow_id"]) ?? "";
  const task = point.startsWith("step.") ? textOf(data["task_id"]) : undefined;
  const id = textOf(given["id"] ?? given["event_id"]) ?? `${workflow}/${type}/${task ?? ""}`;
  const pattern = textOf(given["source"]) ?? "agentcore";
  const event = {
    id: `agentcore/${id}`,
    point,
    run: { id: workflow, workflowId: workflow, pattern, version: "0.0.0", ...defined({ session }) },
    ...defined({ step: task === undefined ? undefined : stepOf(task, data, point) }),
    data,
    state: {},
    workspace,
  };
  const begins = trigger === "pre_task" && task !== undefined;
  const once = begins ? JSON.stringify([workflow, task, session ?? null]) : undefined;
  return { trigger, event, ...defined({ once }) };
}

function stepOf(id: string, data: JsonObject, point: string): HookStep {
  const role = textOf(data["agent_role"] ?? data["role"]);
  const type = textOf(data["task_type"]);
  const output = data["result"] ?? data["output"];
  return {
    id,
    kind: "agent",
    tool: "Agent",
    attempt: 1,
    input: data["input"] ?? null,
    ...(type === undefined ? {} : { type }),
    ...(role === undefined ? {} : { role }),
    ...(point === "step.after" ? { output: output ?? null } : {}),
    ...(point === "step.error" ? { error: { ...errorOf(data["error"]) } } : {}),
  };
}

function errorOf(error: JsonValue | undefined): ErrorInfo {
  const message = isJsonObject(error) ? textOf(error["message"]) : textOf(error);
  return { type: "StepFailed", message: message ?? "the task failed" };
}

/** By either of the names that it has there. */
export function typeOf(given: JsonObject): string {
  return textOf(given["type"] ?? given["event_type"]) ?? "";
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
