import type { Alias, Vocabulary } from "./aliases.ts";
import type { HookMatch } from "./hook.ts";

const AGENT: HookMatch = { kind: "agent" };
const TOOL: HookMatch = { kind: "run|http|call" };

/** 43 hook points; each is also accepted in snake case (`before_agent_init`). */
const POINTS_43: readonly (readonly [name: string, point: string, implied?: HookMatch])[] = [
  ["BeforeAgentInit", "agent.enter", { status: "initializing" }],
  ["AfterAgentInit", "agent.exit", { status: "initializing" }],
  ["BeforeAgentExecution", "step.before", AGENT],
  ["AfterAgentExecution", "step.after", AGENT],
  ["AgentError", "step.error", AGENT],
  ["BeforeAgentShutdown", "agent.enter", { status: "terminating" }],
  ["AfterAgentShutdown", "agent.enter", { status: "terminated" }],
  ["BeforeToolDiscovery", "step.validate", TOOL],
  ["AfterToolDiscovery", "step.allocate", TOOL],
  ["BeforeToolExecution", "step.before", TOOL],
  ["AfterToolExecution", "step.after", TOOL],
  ["ToolValidation", "step.validate", TOOL],
  ["ToolError", "step.error", TOOL],
  ["BeforeWorkflowStart", "run.before"],
  ["WorkflowStageTransition", "step.cleanup"],
  ["BeforeWorkflowStage", "step.before"],
  ["AfterWorkflowStage", "step.after"],
  ["WorkflowCheckpoint", "run.continued"],
  ["WorkflowRollback", "step.before", { status: "compensating" }],
  ["AfterWorkflowComplete", "run.succeeded"],
  ["WorkflowError", "run.failed"],
  ["BeforeStateRead", "state.beforeRead"],
  ["AfterStateRead", "state.afterRead"],
  ["BeforeStateWrite", "state.beforeWrite"],
  ["AfterStateWrite", "state.afterWrite"],
  ["StateConflict", "state.conflict"],
  ["StateMigration", "state.migration"],
  ["SystemStartup", "system.startup"],
  ["SystemShutdown", "system.shutdown"],
  ["ConfigurationChange", "system.configChanged"],
  ["ResourceLimitExceeded", "system.limitExceeded"],
  ["SecurityViolation", "system.securityViolation"],
  ["SessionStart", "session.start"],
  ["SessionEnd", "session.end"],
  ["SessionCheckpoint", "session.checkpoint"],
  ["SessionRestore", "session.restore"],
  ["SessionSave", "session.save"],
  ["BeforeEventEmit", "event.beforeEmit"],
  ["AfterEventEmit", "event.afterEmit"],
  ["EventHandlerError", "event.handlerError"],
  ["PerformanceThresholdExceeded", "system.slow"],
  ["MemoryUsageHigh", "system.memoryHigh"],
  ["CpuUsageHigh", "system.cpuHigh"],
];

const TOOL_PHASES: Readonly<Record<string, string>> = {
  parameter_validation: "step.validate",
  security_check: "step.authorize",
  resource_allocation: "step.allocate",
  pre_execution: "step.before",
  post_execution: "step.after",
  error_handling: "step.error",
  resource_cleanup: "step.cleanup",
  timeout: "step.timeout",
};

const WORKFLOW_PHASES: Readonly<Record<string, string>> = {
  start: "run.before",
  complete: "run.succeeded",
  step_boundary: "step.cleanup",
  state_change: "state.afterWrite",
  shared_data_access: "state.beforeRead",
  condition_evaluation: "branch.evaluated",
  branch_selection: "branch.selected",
  loop_iteration_start: "loop.iterationStart",
  loop_iteration_complete: "loop.iterationEnd",
  loop_termination: "loop.end",
  parallel_fork: "fork.start",
  parallel_join: "fork.join",
  parallel_synchronization: "fork.join",
  error_handling: "run.failed",
};

/** Names that scripts use around workflows. */
const SCRIPT_NAMES: Readonly<Record<string, string>> = {
  before_start: "run.before",
  before_step: "step.before",
  after_step: "step.after",
  on_step_error: "step.error",
  on_error: "run.failed",
  after_complete: "run.succeeded",
};

/** States an agent can be in; `agent:enter:<state>` and `agent:exit:<state>`. */
export const AGENT_STATES = [
  "uninitialized",
  "initializing",
  "ready",
  "running",
  "paused",
  "terminating",
  "terminated",
  "error",
  "recovering",
] as const;

export const FRAMEWORK_ALIASES: readonly Alias[] = [
  ...POINTS_43.flatMap(([name, point, implied]) => [
    make(name, "framework", point, implied),
    make(snakeCase(name), "framework", point, implied),
  ]),
  ...Object.entries(TOOL_PHASES).map(([name, point]) =>
    make(`tool:${name}`, "tool-phase", point, TOOL),
  ),
  ...Object.entries({ ...WORKFLOW_PHASES, ...SCRIPT_NAMES }).map(([name, point]) =>
    make(`workflow:${name}`, "workflow-phase", point),
  ),
  ...Object.entries(SCRIPT_NAMES).map(([name, point]) => make(name, "workflow-phase", point)),
  ...AGENT_STATES.flatMap((status) => [
    make(`agent:enter:${status}`, "agent-state", "agent.enter", { status }),
    make(`agent:exit:${status}`, "agent-state", "agent.exit", { status }),
  ]),
];

function make(name: string, vocabulary: Vocabulary, point: string, implied?: HookMatch): Alias {
  return { name, vocabulary, point, ...(implied === undefined ? {} : { implied }) };
}

function snakeCase(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();
}
