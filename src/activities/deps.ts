import type { JsonObject, Redactor } from "../core/index.ts";
import type {
  FunctionRegistry,
  HandlerLog,
  HandlerServices,
  ShellChoice,
} from "../hooks/executors/index.ts";
import type { FlagDefinitions, ToolSecurity } from "../hooks/index.ts";
import type { Registry } from "../registry/index.ts";
import type { ForkRunInput, LockInput, RunStanding } from "./contract.ts";
import type { DetachedWork } from "./detached.ts";

/** What the activities stand on; the worker's composition root builds it. */
export interface ActivityDeps {
  readonly registry: Registry;
  readonly functions: FunctionRegistry;
  readonly settings: ActivitySettings;
  /** What handlers share: warm programs, MCP connections, runs that they start. */
  readonly services?: HandlerServices;
  /** Absent in a worker that serves no sessions. */
  readonly sessions?: SessionGateway;
  readonly log: ActivityLog;
  /** Takes secrets out of results, failures and records. Absent: known shapes in records only. */
  readonly redactor?: Redactor;
  /** Whether the namespace has Heddle's search attributes: a run that sets unknown ones is stuck for ever. */
  readonly knowsSearchAttributes: () => Promise<boolean>;
  /** Where hooks run that nobody waits for; without it they are waited for. */
  readonly detached?: DetachedWork;
  /** Told of the task queues that a plan names when a run of it starts. */
  readonly onTaskQueues?: (taskQueues: readonly string[]) => void;
}

export interface ActivitySettings {
  /** Features that hooks may hang on. */
  readonly flags?: FlagDefinitions;
  /** Which steps use tools above the allowed level. Absent: everything is allowed. */
  readonly security?: ToolSecurity;
  /** Folder under which each run gets its workspace. */
  readonly dataDir: string;
  /** What commands inherit of the worker's environment; see `commandEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives a secret by name. */
  readonly secret: (name: string) => string | undefined;
  readonly shell?: ShellChoice;
  readonly killGraceMs?: number;
  /** Where the user's and the organisation's hook files are. Absent: no hook files at all, not even a project's. */
  readonly hookFiles?: { readonly home?: string; readonly managedRoot?: string };
}

/** The log of what happens outside of an activity's own time; a pino logger fits. */
export interface ActivityLog extends HandlerLog {
  warn(facts: object, message: string): void;
}

/** How runs reach the workflows they share: sessions and locks, which an activity must wake or start. */
export interface SessionGateway {
  /** Enters the run into the session, starting it when needed; gives the shared state. */
  join(session: string, run: JsonObject): Promise<JsonObject>;
  /** Tells the session that a run closed. */
  noteClosed(session: string, run: JsonObject): Promise<void>;
  /** Wakes or starts the workflow that keeps a lock, with a request or a release. */
  lock(input: LockInput): Promise<void>;
  /** Whether a workflow is open. */
  isRunning(workflowId: string): Promise<boolean>;
  standing(workflowId: string): Promise<RunStanding>;
  /** Starts a run again as another one. */
  fork(input: ForkRunInput): Promise<void>;
}
