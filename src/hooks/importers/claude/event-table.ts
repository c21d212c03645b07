/** What a blocking answer (exit code 2, `decision: "block"`) is called at an event, or that it has no effect there. */
export type BlockWord = "deny" | "block" | "decline" | "none";

/** Which fields of a JSON answer decide something at an event. */
export type DecisionForm =
  | "permission"
  | "permissionRequest"
  | "permissionDenied"
  | "standard"
  | "elicitation"
  | "worktree"
  | "none";

export type HandlerType = "command" | "http" | "mcp_tool" | "prompt" | "agent";

/** How an event of the contract behaves. */
export interface ClaudeEvent {
  readonly name: string;
  /** Field that a matcher is tested against; without one a matcher is ignored. */
  readonly subject?: string;
  /** What exit code 2 means. */
  readonly exit2: BlockWord;
  readonly form: DecisionForm;
  /** `additionalContext` counts. */
  readonly context: boolean;
  /** Plain text on stdout is context. */
  readonly plainContext: boolean;
  /** Whether `continue: false` and `systemMessage` count. */
  readonly universal: "all" | "messageOnly" | "none";
  /** Only events about tools know permission rules. */
  readonly hasTool: boolean;
  /** Not refused by `onFailure: "block"`. */
  readonly failsOpen: boolean;
  /** Refuses when a hook ran out of time, whatever the hook says of failures. */
  readonly timeoutBlocks: boolean;
  readonly types: readonly HandlerType[];
  /** Default time of a command, in seconds. */
  readonly timeoutS: number;
}

const ALL_TYPES: readonly HandlerType[] = ["command", "http", "mcp_tool", "prompt", "agent"];
const NO_MODEL: readonly HandlerType[] = ["command", "http", "mcp_tool"];

/** The 33 events of Claude Code. */
export const CLAUDE_EVENTS: readonly ClaudeEvent[] = [
  event("SessionStart", {
    subject: "source",
    context: true,
    plainContext: true,
    types: ["command", "mcp_tool"],
  }),
  event("Setup", { subject: "trigger", types: ["command"] }),
  event("UserPromptSubmit", {
    exit2: "block",
    form: "standard",
    context: true,
    plainContext: true,
    types: ALL_TYPES,
    timeoutS: 30,
  }),
  event("UserPromptExpansion", {
    subject: "command_name",
    exit2: "block",
    form: "standard",
    context: true,
    plainContext: true,
    types: ALL_TYPES,
  }),
  tool("PreToolUse", { exit2: "deny", form: "permission", context: true }),
  tool("PermissionRequest", { form: "permissionRequest", types: [...NO_MODEL, "prompt"] }),
  tool("PermissionDenied", { form: "permissionDenied" }),
  tool("PostToolUse", { exit2: "block", form: "standard", context: true }),
  tool("PostToolUseFailure", { exit2: "block", form: "standard", context: true }),
  event("PostToolBatch", { exit2: "block", form: "standard", context: true, types: ALL_TYPES }),
  event("Notification", { subject: "notification_type", universal: "none" }),
  event("MessageDisplay", { timeoutS: 10 }),
  event("SubagentStart", { subject: "agent_type", context: true }),
  event("SubagentStop", {
    subject: "agent_type",
    exit2: "block",
    form: "standard",
    context: true,
    failsOpen: true,
    types: ALL_TYPES,
  }),
  event("TaskCreated", {
    exit2: "block",
    form: "standard",
    universal: "messageOnly",
    types: ALL_TYPES,
  }),
  event("TaskCompleted", { exit2: "block", failsOpen: true, types: ALL_TYPES }),
  event("Stop", {
    exit2: "block",
    form: "standard",
    context: true,
    failsOpen: true,
    types: ALL_TYPES,
  }),
  event("StopFailure", { subject: "error", universal: "none" }),
  event("TeammateIdle", { exit2: "block", failsOpen: true, types: ALL_TYPES }),
  event("InstructionsLoaded", { subject: "load_reason", universal: "none" }),
  event("ConfigChange", { subject: "source", exit2: "block", form: "standard", universal: "none" }),
  event("CwdChanged", {}),
  event("DirectoryAdded", { subject: "source" }),
  event("FileChanged", { subject: "file_path" }),
  event("WorktreeCreate", { exit2: "block", form: "worktree" }),
  event("WorktreeRemove", { universal: "none" }),
  event("PreCompact", { subject: "trigger", exit2: "block", form: "standard", universal: "none" }),
  event("PostCompact", { subject: "trigger", universal: "none" }),
  event("PreModelSwitch", {
    subject: "to_model",
    exit2: "block",
    form: "standard",
    timeoutBlocks: true,
    timeoutS: 30,
  }),
  event("PostModelSwitch", {
    subject: "to_model",
    context: true,
    plainContext: true,
    timeoutS: 30,
  }),
  event("Elicitation", {
    subject: "mcp_server_name",
    exit2: "decline",
    form: "elicitation",
    universal: "none",
  }),
  event("ElicitationResult", {
    subject: "mcp_server_name",
    exit2: "decline",
    form: "elicitation",
    universal: "none",
  }),
  event("SessionEnd", { subject: "reason", universal: "none" }),
];

/** The orchestrator's events, each with the events of Claude Code that happen at the same moment; the first is its model. */
export const ORCHESTRATOR_PAIRS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  OrchestratorInitialize: ["SessionStart", "Setup"],
  TaskPlan: ["UserPromptSubmit"],
  TaskBreakdown: ["TaskCreated", "PostToolBatch"],
  DependencyResolve: ["PostToolBatch"],
  SpecialistAssign: ["SubagentStart"],
  ContextSwitch: ["PreCompact", "PostCompact"],
  PreTaskExecute: ["PreToolUse"],
  PostTaskExecute: ["PostToolUse"],
  TaskFailed: ["PostToolUseFailure"],
  ArtifactSave: ["FileChanged"],
  SpecialistComplete: ["SubagentStop"],
  TaskComplete: ["Stop", "TaskCompleted"],
  WorkflowFailed: ["StopFailure"],
  MaintenanceRun: ["Setup"],
  OrchestratorShutdown: ["SessionEnd"],
};

const BY_NAME: ReadonlyMap<string, ClaudeEvent> = new Map(
  CLAUDE_EVENTS.map((each) => [each.name, each]),
);

/** The behaviour of an event by its name in either vocabulary. */
export function findClaudeEvent(name: string): ClaudeEvent | undefined {
  const own = BY_NAME.get(name);
  if (own !== undefined) return own;
  const model = BY_NAME.get(ORCHESTRATOR_PAIRS[name]?.[0] ?? "");
  return model === undefined ? undefined : { ...model, name };
}

/** Every name under which a configuration may speak of the moment that an event names. */
export function namesOfMoment(name: string): readonly string[] {
  const pair = ORCHESTRATOR_PAIRS[name];
  if (pair !== undefined) return [name, ...pair];
  const orchestrator = Object.entries(ORCHESTRATOR_PAIRS).filter(([, names]) =>
    names.includes(name),
  );
  return [name, ...orchestrator.map(([own]) => own)];
}

function event(name: string, fields: Partial<ClaudeEvent>): ClaudeEvent {
  return {
    name,
    exit2: "none",
    form: "none",
    context: false,
    plainContext: false,
    universal: "all",
    hasTool: false,
    failsOpen: false,
    timeoutBlocks: false,
    types: NO_MODEL,
    timeoutS: 600,
    ...fields,
  };
}

function tool(name: string, fields: Partial<ClaudeEvent>): ClaudeEvent {
  return event(name, { subject: "tool_name", hasTool: true, types: ALL_TYPES, ...fields });
}
