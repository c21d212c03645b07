import { defined, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { ClaudeDecision } from "../claude/index.ts";

/** Agent programs that ask hooks of their own around each tool call. */
export const AGENT_PROGRAMS = ["claude", "codex", "copilot", "gemini"] as const;
export type AgentProgram = (typeof AGENT_PROGRAMS)[number];

/** What an adapter's ask is answered with: these programs cannot wait for a person. */
const ASKED = "User confirmation required";

/** Their names for the moments around a tool call. */
const EVENTS: Readonly<Record<string, string>> = {
  preToolUse: "PreToolUse",
  postToolUse: "PostToolUse",
  userPromptSubmitted: "UserPromptSubmit",
  sessionStart: "SessionStart",
  sessionEnd: "SessionEnd",
  errorOccurred: "StopFailure",
  agentStop: "Stop",
  subagentStop: "SubagentStop",
  BeforeTool: "PreToolUse",
  AfterTool: "PostToolUse",
  BeforeAgent: "UserPromptSubmit",
  AfterAgent: "Stop",
  PreCompress: "PreCompact",
};

/** Their names for tools that guard scripts know by Claude Code's names. */
const TOOLS: Readonly<Record<string, string>> = {
  bash: "Bash",
  shell: "Bash",
  local_shell: "Bash",
  run_shell_command: "Bash",
  create: "Write",
  write_file: "Write",
  edit: "Edit",
  replace: "Edit",
  apply_patch: "Edit",
  view: "Read",
  read_file: "Read",
  web_fetch: "WebFetch",
};

/**
 * An agent program's event as Claude Code would send it. Arguments may come as a JSON string; what cannot be parsed is
 * handed on as `{ raw }`, so that a guard still sees it.
 * @param moment - the event, where the program does not say it in the JSON
 */
export function toClaudeEvent(
  given: JsonObject,
  moment: string | undefined,
): { readonly name: string; readonly event: JsonObject } {
  const { toolName, toolArgs, toolResult, sessionId, ...rest } = given;
  const tool = textOf(toolName) ?? textOf(given["tool_name"]);
  const response = toolResult ?? given["tool_response"];
  const name = nameOf(given, moment) ?? (response === undefined ? "PreToolUse" : "PostToolUse");
  const facts: Readonly<Record<string, JsonValue | undefined>> = {
    session_id: sessionId,
    tool_name: tool === undefined ? undefined : (TOOLS[tool] ?? tool),
    tool_input: parseArguments(toolArgs ?? given["tool_input"]),
    tool_response: response,
  };
  return { name, event: { ...rest, hook_event_name: name, ...defined(facts) } };
}

function nameOf(given: JsonObject, moment: string | undefined): string | undefined {
  const named = moment ?? textOf(given["hook_event_name"]) ?? textOf(given["hookEventName"]);
  return named === undefined ? undefined : (EVENTS[named] ?? named);
}

/**
 * A decision as the agent program reads it; undefined where it expects to hear nothing.
 * @param event - the event's name in Claude Code's words
 */
export function fromDecision(
  program: AgentProgram,
  decision: ClaudeDecision,
  event: string,
): JsonObject | undefined {
  const refusal = refusalOf(decision);
  switch (program) {
    case "claude":
    case "codex":
      return forClaude(decision, refusal, event);
    case "copilot":
      return forCopilot(decision, refusal);
    case "gemini":
      return forGemini(decision, refusal, event);
  }
}

/** What is said when the hooks themselves could not be asked. */
export function refuseUnasked(
  program: AgentProgram,
  event: string,
  reason: string,
): JsonObject | undefined {
  return fromDecision(program, { outcome: "deny", reason }, event);
}

function refusalOf({ outcome, reason, stop }: ClaudeDecision): string | undefined {
  if (stop !== undefined) return stop.reason === "" ? "Stopped by a hook" : stop.reason;
  if (outcome === "ask" || outcome === "defer") return ASKED;
  return ["deny", "block", "decline", "cancel"].includes(outcome)
    ? (reason ?? "Refused by a hook")
    : undefined;
}

function forClaude(
  { input, context }: ClaudeDecision,
  refusal: string | undefined,
  event: string,
): JsonObject {
  const said = context === undefined ? {} : { additionalContext: context };
  if (event !== "PreToolUse") {
    const block = refusal === undefined ? {} : { decision: "block", reason: refusal };
    return context === undefined
      ? block
      : { ...block, hookSpecificOutput: { hookEventName: event, ...said } };
  }
  if (refusal !== undefined)
    return {
      hookSpecificOutput: {
        hookEventName: event,
        permissionDecision: "deny",
        permissionDecisionReason: refusal,
        ...said,
      },
    };
  if (input !== undefined)
    return {
      hookSpecificOutput: {
        hookEventName: event,
        permissionDecision: "allow",
        updatedInput: input,
        ...said,
      },
    };
  return context === undefined ? {} : { hookSpecificOutput: { hookEventName: event, ...said } };
}

function forCopilot(
  { input, context }: ClaudeDecision,
  refusal: string | undefined,
): JsonObject | undefined {
  const answer: JsonObject = {
    ...(refusal === undefined
      ? {}
      : { permissionDecision: "deny", permissionDecisionReason: refusal }),
    ...(input === undefined || refusal !== undefined
      ? {}
      : { permissionDecision: "allow", modifiedArgs: input }),
    ...(context === undefined ? {} : { additionalContext: context }),
  };
  return Object.keys(answer).length === 0 ? undefined : answer;
}

function forGemini(
  { input, context }: ClaudeDecision,
  refusal: string | undefined,
  event: string,
): JsonObject {
  const specific = {
    ...(input === undefined || refusal !== undefined ? {} : { tool_input: input }),
    ...(context === undefined ? {} : { additionalContext: context }),
  };
  const hookEventName = Object.entries(EVENTS).find(
    ([name, own]) => own === event && /^[BA][ef]/.test(name),
  )?.[0];
  return {
    ...(refusal === undefined ? {} : { decision: "deny", reason: refusal }),
    ...(Object.keys(specific).length === 0
      ? {}
      : { hookSpecificOutput: { hookEventName: hookEventName ?? event, ...specific } }),
  };
}

function parseArguments(given: JsonValue | undefined): JsonValue | undefined {
  if (typeof given !== "string") return given;
  try {
    const value = JSON.parse(given) as JsonValue; // as: JSON.parse gives nothing else
    return isJsonObject(value) ? value : { raw: given };
  } catch {
    // Text that is no JSON is what the tool will get, so it is what a guard must see.
    return { raw: given };
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
