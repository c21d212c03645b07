import { CLAUDE_ALIASES } from "./aliases-claude.ts";
import { FRAMEWORK_ALIASES } from "./aliases-framework.ts";
import type { HookMatch } from "./hook.ts";

/** Where a name comes from; one vocabulary per system that Heddle unites. */
export type Vocabulary =
  | "agentcore"
  | "orchestrator"
  | "claude"
  | "framework"
  | "tool-phase"
  | "workflow-phase"
  | "agent-state"
  | "massgen";

/** Another name of a point. */
export interface Alias {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  readonly point: string;
  /** Further points that the name stands for. */
  readonly also?: readonly string[];
  /** What the name implies beyond its point. */
  readonly implied?: HookMatch;
  /** Why it is accepted and yet cannot occur here. */
  readonly never?: string;
}

const AGENTCORE: readonly Alias[] = [
  alias("pre_task", "step.before"),
  alias("pre_search", "step.before", { type: "search" }),
  alias("pre_edit", "step.before", { type: "edit" }),
  alias("pre_command", "step.before", { kind: "run" }),
  alias("post_edit", "step.after", { type: "edit" }),
  { ...alias("post_task", "step.after"), also: ["step.error"] },
  alias("post_command", "step.after", { kind: "run" }),
  alias("session_start", "session.start"),
  alias("session_end", "session.end"),
  alias("session_restore", "session.restore"),
  alias("notification", "notification"),
];

const ORCHESTRATOR: readonly Alias[] = [
  orchestrator("OrchestratorInitialize", "session.start"),
  orchestrator("TaskPlan", "run.before"),
  orchestrator("TaskBreakdown", "fork.start"),
  orchestrator("DependencyResolve", "run.before"),
  orchestrator("SpecialistAssign", "agent.assign"),
  orchestrator("ContextSwitch", "agent.assign", { source: "handoff" }),
  orchestrator("PreTaskExecute", "step.before"),
  orchestrator("PostTaskExecute", "step.after"),
  orchestrator("TaskFailed", "step.error"),
  orchestrator("ArtifactSave", "event.afterEmit", { type: "artifact.*" }),
  orchestrator("SpecialistComplete", "agent.exit", { status: "running" }),
  orchestrator("TaskComplete", "step.after"),
  orchestrator("WorkflowFailed", "run.failed"),
  orchestrator("MaintenanceRun", "system.startup", { source: "maintenance" }),
  orchestrator("OrchestratorShutdown", "session.end"),
];

const MASSGEN: readonly Alias[] = [
  {
    name: "pre_call",
    vocabulary: "massgen",
    point: "step.before",
    implied: { kind: "run|http|agent|call" },
  },
  {
    name: "post_call",
    vocabulary: "massgen",
    point: "step.after",
    implied: { kind: "run|http|agent|call" },
  },
];

/** Every alias of every vocabulary. A name that two vocabularies share means the same point in both. */
export const ALIASES: readonly Alias[] = [
  ...AGENTCORE,
  ...ORCHESTRATOR,
  ...CLAUDE_ALIASES,
  ...FRAMEWORK_ALIASES,
  ...MASSGEN,
];

function alias(name: string, point: string, implied?: HookMatch): Alias {
  return { name, vocabulary: "agentcore", point, ...(implied === undefined ? {} : { implied }) };
}

function orchestrator(name: string, point: string, implied?: HookMatch): Alias {
  return { name, vocabulary: "orchestrator", point, ...(implied === undefined ? {} : { implied }) };
}
