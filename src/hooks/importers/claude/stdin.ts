import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { CLAUDE_ALIASES } from "../../aliases-claude.ts";
import type { Hook, HookEvent, HookStep } from "../../hook.ts";
import { findClaudeEvent, ORCHESTRATOR_PAIRS } from "./event-table.ts";
import { toolError, toolInput, toolResponse } from "./tool-call.ts";

/** What the worker adds to an event. */
export interface StdinPlaces {
  /** A real file with one JSON object per line: several published hooks read it. */
  readonly transcriptPath: string;
  readonly outputDir?: string;
}

/** The name under which a hook of this protocol knows its event: as it was registered, else Claude Code's own. */
export function claudeEventOf(hook: Hook): string | undefined {
  if (hook.alias !== undefined && findClaudeEvent(hook.alias) !== undefined) return hook.alias;
  return CLAUDE_ALIASES.find((alias) => alias.point === hook.on && alias.never === undefined)?.name;
}

/** The event as an unmodified hook of Claude Code expects it on stdin. */
export function claudeStdin(event: HookEvent, name: string, places: StdinPlaces): JsonObject {
  const { run } = event;
  const step = stepOf(event);
  const { call: _shown, ...data } = event.data ?? {};
  return {
    session_id: run.workflowId,
    transcript_path: places.transcriptPath,
    cwd: event.workspace,
    permission_mode: "default",
    ...data,
    ...(step === undefined ? {} : taskFacts(step)),
    ...(places.outputDir === undefined ? {} : { output_dir: places.outputDir }),
    ...eventFacts(event, ORCHESTRATOR_PAIRS[name]?.[0] ?? name, places),
    hook_event_name: name,
    orchestrator: {
      run_id: run.id,
      event_id: event.id,
      ...triggerOf(event),
      workspace_dir: event.workspace,
      ...(places.outputDir === undefined ? {} : { output_dir: places.outputDir }),
      ...(step === undefined ? {} : { attempt: step.attempt, status: statusOf(event) }),
    },
  };
}

/** The step that an event is about, or that people are asked about. */
export function stepOf({ step, data }: HookEvent): HookStep | undefined {
  const call = data?.["call"];
  if (step !== undefined || !isJsonObject(call ?? null)) return step;
  const { id, kind, tool, role, input = null } = call as JsonObject; // as: just tested
  if (typeof id !== "string" || typeof kind !== "string" || typeof tool !== "string")
    return undefined;
  return { id, kind, tool, attempt: 1, input, ...(typeof role === "string" ? { role } : {}) };
}

function taskFacts(step: HookStep): JsonObject {
  return {
    task_id: step.instance === undefined ? step.id : `${step.id}[${step.instance}]`,
    task_type: step.type ?? "custom",
    task_subject: step.name ?? step.id,
    ...(step.role === undefined
      ? {}
      : { specialist: step.role, specialist_role: step.role, teammate_name: step.role }),
  };
}

/** Who caused the run or the work, where its state or its input says so: Claude Code's own work is left to it. */
function triggerOf({ state, run, step }: HookEvent): JsonObject {
  const inputs = [state, run.input ?? null, step?.input ?? null];
  const said = inputs.map((each) => (isJsonObject(each) ? each["triggered_by"] : undefined));
  const trigger = said.find((each) => typeof each === "string");
  return trigger === undefined ? {} : { triggered_by: trigger };
}

function statusOf(event: HookEvent): string {
  if (event.step?.error !== undefined) return "failed";
  return event.step?.output === undefined ? "running" : "completed";
}

/** What belongs to one event only. */
function eventFacts(event: HookEvent, name: string, places: StdinPlaces): JsonObject {
  const { run, data = {} } = event;
  const step = stepOf(event);
  const tool =
    step === undefined
      ? {}
      : { tool_name: step.tool, tool_input: toolInput(step), tool_use_id: event.id };
  switch (name) {
    case "PreToolUse":
    case "PermissionRequest":
    case "PermissionDenied":
      return tool;
    case "PostToolUse":
      return step === undefined
        ? {}
        : { ...tool, tool_response: toolResponse(step), duration_ms: step.durationMs ?? 0 };
    case "PostToolUseFailure":
      return step === undefined
        ? {}
        : {
            ...tool,
            error: toolError(step),
            is_interrupt: false,
            duration_ms: step.durationMs ?? 0,
          };
    case "UserPromptSubmit":
      return { prompt: textOf(run.input) };
    case "SubagentStart":
    case "SubagentStop":
      return agentFacts(event, name, places);
    case "Stop":
      return stopFacts(event);
    case "StopFailure":
      return { error: "server_error", error_details: errorText(data) };
    case "SessionStart":
      return { source: data["source"] ?? "startup" };
    case "SessionEnd":
      return { reason: data["reason"] ?? "other" };
    case "Setup":
      return { trigger: data["source"] === "maintenance" ? "maintenance" : "init" };
    case "PreCompact":
    case "PostCompact":
      return { trigger: "auto", custom_instructions: "" };
    case "Notification":
      return {
        message: textOf(data["message"]),
        notification_type: data["type"] ?? "agent_needs_input",
      };
    default:
      return {};
  }
}

function agentFacts(event: HookEvent, name: string, { transcriptPath }: StdinPlaces): JsonObject {
  const { step } = event;
  const who = { agent_id: event.id, agent_type: step?.role ?? textOf(event.data?.["role"]) };
  return name === "SubagentStart"
    ? who
    : { ...who, ...stopFacts(event), agent_transcript_path: transcriptPath };
}

function stopFacts(event: HookEvent): JsonObject {
  return {
    stop_hook_active: (event.step?.attempt ?? 1) > 1,
    last_assistant_message: textOf(event.step?.output ?? event.data?.["output"]),
    background_tasks: [],
    session_crons: [],
  };
}

function errorText(data: JsonObject): string {
  const error = data["error"];
  return textOf(isJsonObject(error) ? error["message"] : error);
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
