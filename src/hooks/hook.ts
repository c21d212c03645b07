import type { ErrorInfo, JsonObject, JsonValue } from "../core/index.ts";
import type { Template } from "../expressions/index.ts";
import type { Handler } from "./handler.ts";
import type { SecurityRefusal } from "./security-levels.ts";

/** Temporal's retry policy, in milliseconds, with every field settled. */
export interface RetryPolicy {
  readonly maximumAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maximumIntervalMs: number;
  readonly nonRetryableErrorTypes?: readonly string[];
  /** Kinds and jitter other than plain exponential are computed by the worker per attempt. */
  readonly backoff?: "fixed" | "linear" | "exponential" | "fibonacci";
  readonly jitter?: "none" | "full" | "equal" | "decorrelated";
}

/**
 * Tagged matchers: each key is tested against one fact of the subject; all must hold. A value is an exact string, a glob
 * (when it has `*`, `?` or `{`), `a|b` alternatives, or `regex:...` (linear-time engine, anchored nowhere).
 */
export interface HookMatch {
  readonly tool?: string;
  readonly kind?: string;
  readonly step?: string;
  readonly role?: string;
  readonly type?: string;
  readonly status?: string;
  readonly source?: string;
  /** A matcher by Claude Code's rules, tested against the subjects that contract gives to the point. */
  readonly claude?: string;
  /** Dotted path into the hook event = expected JSON value; a missing path reads as null. Tested in the workflow. */
  readonly fields?: Readonly<Record<string, JsonValue>>;
}

/** When a failing or slow hook is left out for a while. State of a breaker lives in PostgreSQL, per hook name. */
export interface BreakerPolicy {
  /** Failures within the window that open it. */
  readonly failures: number;
  /** Successes in a row that close it again. */
  readonly successes: number;
  readonly windowMs: number;
  readonly openMs: number;
  /** Slow calls in a row that open it. */
  readonly slowCalls: number;
  readonly slowMs: number;
}

/** How often a hook may be asked. The bucket lives in PostgreSQL. */
export interface RateLimitPolicy {
  /** So many firings ... */
  readonly limit: number;
  /** ... in this time ... */
  readonly perMs: number;
  /** ... and so many at once after a pause. */
  readonly burst: number;
  /** Whose bucket it is: the hook has one, or one for each of these. */
  readonly key: "hook" | "pattern" | "session" | "run" | "step" | "role";
  /** What becomes of a firing above it. */
  readonly over: "skip" | "cancel" | "delay";
}

/** Firings that wait for each other, to be handed to the hook as one list. */
export interface BatchPolicy {
  readonly size: number;
  readonly waitMs: number;
}

/** A hook registration with every default settled. Plain JSON: it travels in the plan and in activity inputs. */
export interface Hook {
  readonly name: string;
  /** Canonical point, e.g. `step.before`. */
  readonly on: string;
  /** The name as written when it was an alias; foreign protocols call the event by it. */
  readonly alias?: string;
  /** What the alias implies (`pre_command`: kind `run`); holds together with `match`. */
  readonly implied?: HookMatch;
  readonly match?: HookMatch;
  readonly if?: Template;
  /** Low runs first; equal priorities keep registration order. */
  readonly priority: number;
  readonly mode: "sync" | "async" | "fire_and_forget";
  readonly dispatch: "activity" | "local";
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly onError: "open" | "closed" | "stop";
  readonly alwaysRun: boolean;
  readonly breaker?: BreakerPolicy;
  readonly rateLimit?: RateLimitPolicy;
  /** The features that must be switched on for it to be there at all. */
  readonly flags?: readonly string[];
  /** Only with a mode that does not wait. */
  readonly batch?: BatchPolicy;
  /** Hooks that must have done their work before; present, even empty, it makes independent ones run side by side. */
  readonly dependsOn?: readonly string[];
  /** Undoes what the hook did, when what it fired for fails or is cancelled afterwards. */
  readonly rollback?: Handler;
  /** Why it can never run, found when the table was built; it fires as a failure, by its `onError`. */
  readonly problem?: ErrorInfo;
  /** Drops what was registered before it at its point, by sources that it may override. */
  readonly override?: boolean;
  readonly enabled: boolean;
  /** Code of the workspace that a project's hook starts, by path: its sha256 when the run began. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly protocol: "heddle" | "claude" | "agentcore" | "llmspell" | "massgen";
  readonly handler: Handler;
  /** Where it was registered: `pattern`, `role:<id>`, `step:<id>`, `registry`, `project`, ... */
  readonly source: string;
  readonly metadata?: JsonObject;
}

/** Which hooks fire where: numbers into `hooks`, in execution order. Points without hooks are absent. */
export interface HookTable {
  /**
   * 2: every point of `points.ts` fires. 3: slow hooks are told of, each message of a session and each unanswerable event
   * once, and writes to the state wait for each other. 4: what a continue-as-new interrupts is neither lost nor done
   * twice. A run keeps to what its table says, or to the points of before there was a number.
   */
  readonly format?: 2 | 3 | 4;
  readonly hooks: readonly Hook[];
  /** run.*, session.*, ...: everything that is not about one step. */
  readonly run: Readonly<Record<string, readonly number[]>>;
  /** step id -> point -> hook numbers. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Steps that are refused before any hook is asked, because a tool of theirs is above the allowed level. */
  readonly refused?: Readonly<Record<string, SecurityRefusal>>;
}

/** What a hook gets on stdin, as a function argument or as an HTTP body. */
export interface HookEvent {
  /** Stable per firing: `<workflowId>/<point>/<step instance>/<attempt>`. */
  readonly id: string;
  readonly point: string;
  readonly hook: string;
  readonly run: {
    readonly id: string;
    readonly workflowId: string;
    readonly pattern: string;
    readonly version: string;
    readonly session?: string;
    readonly input?: JsonValue;
  };
  readonly step?: HookStep;
  /** Facts of a point that is not about a step: `{ status, output, error, ... }`. */
  readonly data?: JsonObject;
  readonly state: JsonObject;
  readonly workspace: string;
}

export interface HookStep {
  readonly id: string;
  readonly kind: string;
  readonly tool: string;
  readonly name?: string;
  readonly type?: string;
  readonly role?: string;
  readonly instance?: string;
  readonly attempt: number;
  readonly input: JsonValue;
  readonly output?: JsonValue;
  readonly error?: JsonObject;
  readonly reason?: string;
  readonly durationMs?: number;
}
