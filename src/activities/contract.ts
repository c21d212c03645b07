import type { ErrorInfo, JsonObject, JsonValue } from "../core/index.ts";
import type { ExpressionScope, Template } from "../expressions/index.ts";
import type {
  Handler,
  Hook,
  HookEvent,
  HookTable,
  Origin,
  Outcome,
  RetryPolicy,
} from "../hooks/index.ts";
import type { ActivityBody } from "../patterns/plan-input.ts";
import type { ActivityPolicy, Plan, PlanStep, StatusRange } from "../patterns/plan.ts";
import type { StoredCheckpoint } from "../workflows/messages.ts";

/** What every activity knows of the run it works for; the rest is in Temporal's own activity info. */
export interface RunFacts {
  readonly version: string;
  readonly session?: string;
  /** What a child run's records belong to: the session, or the run that all began with. */
  readonly correlation?: string;
  /** Absolute folder: working directory of commands. */
  readonly workspace: string;
  readonly outputDir: string;
  /** How handlers came to start this run, if they did. */
  readonly origin?: Origin;
  /** Absolute path of the pattern file when it was registered from one; relative handler paths start at its folder. */
  readonly patternFile?: string;
}

/** The second argument of a run, as callers write it. */
export interface RunOptions {
  readonly version?: string;
  readonly session?: string;
  readonly workspace?: string;
  readonly hooks?: JsonValue;
  /** Features to be switched on for this run, beside those of the configuration; off with a `!` before the name. */
  readonly flags?: readonly string[];
  readonly labels?: readonly string[];
  // The platform sets these: how a handler came to start it, how many patterns are above it, what its records belong to.
  readonly origin?: Origin;
  readonly depth?: number;
  readonly correlation?: string;
}

export interface LoadPlanInput {
  readonly pattern: string;
  readonly input: JsonValue;
  readonly options: JsonValue;
  /** A run that continued as new: its input was checked by the first run. */
  readonly resumed?: boolean;
}

/** One part of a plan too large for one payload, or the whole. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly hooks: HookTable;
  readonly facts: RunFacts;
  readonly options: RunOptions;
  /** Versions of the patterns that this one calls, by the reference as written: pinned when the run began. */
  readonly children?: Readonly<Record<string, string>>;
  /** Whether the namespace knows Heddle's search attributes: setting unknown ones would block the run for ever. */
  readonly searchAttributes: boolean;
  /** What whoever looks at the run should know of how it began: hook files that are not trusted. */
  readonly notices?: readonly string[];
  /** The input with the schema's defaults filled in. Absent when it is unchanged. */
  readonly input?: JsonValue;
}

export type LoadPlanResult =
  | { readonly whole: LoadedPlan }
  /** The loaded plan as JSON text was stored under `digest`; fetch `parts` pieces with `loadValue`. */
  | { readonly digest: string; readonly parts: number };

export interface LoadValueInput {
  readonly digest: string;
  readonly part: number;
}

export interface StoreValueInput {
  readonly value: JsonValue;
}

/** What all step activities share. */
export interface StepFacts {
  readonly run: RunFacts;
  readonly step: string;
  /** Dotted path of indices, e.g. "3" or "2.0". */
  readonly instance?: string;
  /** The step's own `output` mapping and what it may read besides the raw result. */
  readonly output?: { readonly template: Template; readonly scope: ExpressionScope };
  readonly outputSchema?: JsonObject;
  /** Only where the policy's delays are not Temporal's own: the activity then says how long to wait. */
  readonly backoff?: RetryPolicy;
  /** Only where hooks wait at `step.retry`, the one point that fires on the worker. */
  readonly onRetry?: RetryHooks;
  /** The variables, or headers in lower case, for which the pattern itself names a secret. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Whom a failed attempt asks before the next one, and what tells whether there is one. */
export interface RetryHooks {
  readonly hooks: readonly Hook[];
  /** What is known before the attempt; it adds its number and its error. */
  readonly event: HookEvent;
  readonly maximumAttempts: number;
  readonly nonRetryableErrorTypes?: readonly string[];
}

export interface RunInput extends StepFacts {
  readonly command: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: JsonValue;
}

export interface HttpInput extends StepFacts {
  readonly request: JsonValue;
  readonly expect?: readonly StatusRange[];
}

export interface AgentInput extends StepFacts {
  readonly role: string;
  readonly handler: Handler;
  readonly input: JsonValue;
  /** What hooks and people want the agent told, oldest first: `{ content, strategy, hook?, point?, step? }`. */
  readonly injections?: readonly JsonValue[];
}

export interface CallInput extends StepFacts {
  readonly function: string;
  readonly input: JsonValue;
}

/** A step activity's result; `attempts` is Temporal's attempt number that succeeded. */
export interface StepResult {
  readonly output: JsonValue;
  readonly attempts: number;
  readonly handoff?: string;
}

/** A chain of local steps, carried out one after the other by one activity: docs/decisions/0006. */
export interface ChainInput {
  readonly run: RunFacts;
  /** What the expressions of all members see; the members' own results join it as they come. */
  readonly scope: ExpressionScope;
  readonly members: readonly ChainMember[];
}

export interface ChainMember {
  readonly step: string;
  readonly instance?: string;
  /** Not set for the first: the workflow has asked it. */
  readonly if?: NonNullable<PlanStep["if"]>;
  readonly body: ActivityBody;
  readonly output?: Template;
  readonly outputSchema?: JsonObject;
  readonly policy: ActivityPolicy;
  /** An agent's handler. */
  readonly handler?: Handler;
  /** Attempts that earlier activities of the same chain made. */
  readonly attempts?: number;
}

/** How one member ended; `startedMs` and `endedMs` count from the beginning of the activity. */
export type ChainedResult = { readonly startedMs: number; readonly endedMs: number } & (
  | { readonly kind: "succeeded"; readonly result: StepResult }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly attempts: number }
  | { readonly kind: "cancelled" }
  /** Failed for now; the next attempt is too far away to wait for it here. */
  | { readonly kind: "waiting"; readonly delayMs: number; readonly attempts: number }
);

/** One entry per member that began. Only the last may be anything but a success; the rest have not begun. */
export interface ChainResult {
  readonly results: readonly ChainedResult[];
}

export interface HookInput {
  readonly run: RunFacts;
  readonly hook: Hook;
  readonly event: HookEvent;
}

export interface HookResult {
  readonly outcome: Outcome;
  /** Wall time of the handler, in milliseconds. */
  readonly ms: number;
  readonly attempts: number;
  /** A failure that the hook's `onError: open` turned into `continue`. */
  readonly error?: ErrorInfo;
}

/** Several firings of one hook, asked at once. */
export interface HookBatchInput {
  readonly run: RunFacts;
  readonly hook: Hook;
  readonly events: readonly HookEvent[];
}

/** One result per event, in their order. */
export interface HookBatchResult {
  readonly results: readonly HookResult[];
}

/** Tells the session workflow of a run's start or end; answers with the session's shared state. */
export interface SessionNoteInput {
  readonly session: string;
  readonly note:
    | {
        readonly kind: "runStarted";
        readonly workflowId: string;
        readonly runId: string;
        readonly pattern: string;
        readonly version?: string;
      }
    /** Hooks of `state.migration` brought the shared state up to the run's version. */
    | { readonly kind: "stateMigrated"; readonly workflowId: string; readonly state: JsonObject }
    | {
        readonly kind: "runClosed";
        readonly workflowId: string;
        readonly status: string;
        readonly state: JsonObject;
      };
}

export interface LoadSessionInput {
  readonly session: string;
}

/** What a session begins with: hooks registered for everybody, and the checkpoints of its earlier lives. */
export interface LoadedSession {
  /** A plan without steps: a session is a run without a graph, as far as hooks are concerned. */
  readonly loaded: LoadedPlan;
  /** The last ones, oldest first. */
  readonly checkpoints: readonly StoredCheckpoint[];
}

export interface SaveCheckpointInput {
  readonly session: string;
  readonly checkpoint: StoredCheckpoint;
}

/** How a run stands; `gone` when the server knows nothing of it any more. */
export type RunStanding =
  "running" | "succeeded" | "failed" | "cancelled" | "terminated" | "timedOut" | "gone";

/** Starts a run again with the input and options it was started with, as another run. */
export interface ForkRunInput {
  readonly workflowId: string;
  /** The new run's workflow id: asking twice is asking once. */
  readonly as: string;
  /** Pins what the earlier run was pinned to. */
  readonly version?: string;
}

/** Asks for a lock that runs share, or gives it back. The grant comes as a signal. */
export interface LockInput {
  readonly action: "acquire" | "release";
  readonly key: string;
  /** Names this request for ever: asking twice is asking once. */
  readonly token: string;
  readonly workflowId: string;
}

/** Reads or keeps a result that later runs may use instead of doing the work again. */
export interface CacheInput {
  readonly key: string;
  /** Present to keep it, absent to read. */
  readonly keep?: { readonly output: JsonValue; readonly ttlMs: number };
}

/** The output of a step that is no activity, to be checked against its schema outside the sandbox. */
export interface CheckOutputInput {
  readonly step: string;
  readonly output: JsonValue;
  readonly outputSchema: JsonObject;
}

/** Wire names. Running executions look activities up by these keys: never rename one. */
export interface Activities {
  loadPlan(input: LoadPlanInput): Promise<LoadPlanResult>;
  loadValue(input: LoadValueInput): Promise<string>;
  storeValue(input: StoreValueInput): Promise<JsonValue>;
  run(input: RunInput): Promise<StepResult>;
  http(input: HttpInput): Promise<StepResult>;
  agent(input: AgentInput): Promise<StepResult>;
  call(input: CallInput): Promise<StepResult>;
  chain(input: ChainInput): Promise<ChainResult>;
  hook(input: HookInput): Promise<HookResult>;
  hookBatch(input: HookBatchInput): Promise<HookBatchResult>;
  session(input: SessionNoteInput): Promise<JsonObject>;
  checkOutput(input: CheckOutputInput): Promise<JsonValue>;
  lock(input: LockInput): Promise<null>;
  cache(input: CacheInput): Promise<{ readonly output: JsonValue } | null>;
  isRunning(input: { readonly workflowId: string }): Promise<boolean>;
  runStanding(input: { readonly workflowId: string }): Promise<RunStanding>;
  forkRun(input: ForkRunInput): Promise<null>;
  loadSession(input: LoadSessionInput): Promise<LoadedSession>;
  saveCheckpoint(input: SaveCheckpointInput): Promise<null>;
}
