import type { Alias } from "./aliases.ts";
import type { HookMatch } from "./hook.ts";

/** Claude Code's tools are what a step does outside the workflow; scopes, waits and data steps are no tools. */
const TOOLS: HookMatch = { kind: "run|http|agent|call" };
const CLIENT = "it is about the screen of the model's own client";
const MODEL = "the model belongs to the agent that a handler starts, not to the run";

/** Claude Code's 33 events. */
export const CLAUDE_ALIASES: readonly Alias[] = [
  claude("SessionStart", "session.start"),
  claude("Setup", "system.startup"),
  claude("UserPromptSubmit", "run.before"),
  never("UserPromptExpansion", "a run has an input, not a prompt with commands to expand"),
  claude("PreToolUse", "step.before", TOOLS),
  claude("PermissionRequest", "approval.requested"),
  claude("PermissionDenied", "approval.decided", { status: "denied" }),
  claude("PostToolUse", "step.after", TOOLS),
  claude("PostToolUseFailure", "step.error", TOOLS),
  claude("PostToolBatch", "fork.join"),
  claude("Notification", "notification"),
  never("MessageDisplay", CLIENT),
  claude("SubagentStart", "agent.assign"),
  claude("SubagentStop", "agent.exit", { status: "running" }),
  claude("TaskCreated", "step.validate"),
  claude("TaskCompleted", "step.after"),
  claude("Stop", "run.succeeded"),
  claude("StopFailure", "run.failed"),
  claude("TeammateIdle", "agent.enter", { status: "ready" }),
  never("InstructionsLoaded", "instruction files are read by the agent that a handler starts"),
  claude("ConfigChange", "system.configChanged"),
  never("CwdChanged", "a run has one workspace from its start to its end"),
  never("DirectoryAdded", "a run has one workspace from its start to its end"),
  claude("FileChanged", "event.afterEmit", { type: "artifact.*" }),
  claude("WorktreeCreate", "custom:worktree.create"),
  claude("WorktreeRemove", "custom:worktree.remove"),
  claude("PreCompact", "agent.assign", { source: "handoff" }),
  claude("PostCompact", "agent.enter", { source: "handoff" }),
  never("PreModelSwitch", MODEL),
  never("PostModelSwitch", MODEL),
  never("Elicitation", "an MCP server asks its client; a run asks people with an approval step"),
  never(
    "ElicitationResult",
    "an MCP server asks its client; a run asks people with an approval step",
  ),
  claude("SessionEnd", "session.end"),
];

function claude(name: string, point: string, implied?: HookMatch): Alias {
  return { name, vocabulary: "claude", point, ...(implied === undefined ? {} : { implied }) };
}

/** Passed through unchanged when an agent inside a step reports it; nothing here fires it by itself. */
function never(name: string, because: string): Alias {
  return { name, vocabulary: "claude", point: `custom:${name}`, never: because };
}
