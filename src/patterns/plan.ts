import type { JsonObject, JsonValue } from "../core/index.ts";
import type { Expression, Template } from "../expressions/index.ts";
import type { Handler, Hook, RetryPolicy } from "../hooks/index.ts";

/**
 * The compiled pattern: plain JSON, ids resolved, durations in milliseconds, defaults settled, topologically ordered.
 * This is what the workflow interprets; replay never compiles again, so a change of meaning needs a new `format`.
 */
export interface Plan {
  readonly format: 1;
  /**
   * Which reading of the language it was compiled for; absent for the first. A plan keeps its reading for ever, so that
   * runs which began with it replay. 1: an event goes to one instance of a step, reminders fire, ties end one way. 2: the
   * run continues as new between the items of a foreach, too, and does not count what it had to load. 3: it lets late
   * messages in before it does; what replaces a step's work, or does it again, has a record and a time limit of its own;
   * a foreach has its deadline; a lock is kept when the run continues as new.
   */
  readonly revision?: number;
  readonly name: string;
  readonly version: string;
  /** sha256 of the canonical definition. */
  readonly digest: string;
  readonly type: string;
  readonly description?: string;
  readonly model: "graph_based" | "event_driven" | "hybrid";
  readonly maxConcurrency: number;
  readonly failFast: boolean;
  readonly maxJumps: number;
  /** The whole run's limit. */
  readonly timeoutMs?: number;
  /** JSON Schema of the run input; checked by loadPlan, outside the workflow. */
  readonly input?: JsonObject;
  readonly output?: Template;
  /** Policies are shared: a step names one by its number. */
  readonly policies: readonly ActivityPolicy[];
  readonly roles: Readonly<Record<string, PlanRole>>;
  /** The top scope. */
  readonly steps: readonly PlanStep[];
  readonly hooks: readonly Hook[];
  /** Events that start a run. */
  readonly triggers?: readonly PlanTrigger[];
}

export interface PlanTrigger {
  readonly event: string;
  readonly match?: Expression | { readonly lit: JsonValue };
  /** Sees `event`; without it the run's input is the event's data. */
  readonly input?: Template;
}

export interface PlanRole {
  readonly id: string;
  readonly handler: Handler;
  readonly capabilities: readonly string[];
  readonly instances: { readonly min: number; readonly max?: number };
  readonly taskQueue?: string;
}

export interface ActivityPolicy {
  readonly startToCloseMs: number;
  readonly scheduleToCloseMs?: number;
  readonly scheduleToStartMs: number;
  readonly heartbeatMs: number;
  readonly retry: RetryPolicy;
}

export type Join = "all" | "noneFailed" | "done" | "any" | "anyFailed" | PartialJoin;

export interface PartialJoin {
  /** A count, or a share of the needs: `{ percent: 50 }`. */
  readonly atLeast: number | { readonly percent: number };
  readonly deadlineMs?: number;
  readonly cancelRest?: boolean;
}

export interface PlanForeach {
  readonly items: Template;
  readonly concurrency?: number;
  readonly when?: Expression;
  readonly complete?: "all" | "any" | "done" | PartialJoin;
  readonly tolerate?: { readonly failures: number | { readonly percent: number } };
}

/** One node. Steps of a scope are in topological order; `order` is the place in the document. */
export interface PlanStep {
  readonly id: string;
  readonly order: number;
  readonly name?: string;
  /** Task type, for matchers. */
  readonly type?: string;
  /** Claude Code's tool name for this step: Bash, WebFetch, Agent, mcp__s__t, else the kind. */
  readonly tool: string;
  /** Steps of the same scope, explicit and by reference, each once. */
  readonly needs: readonly string[];
  readonly join: Join;
  readonly if?: Expression | { readonly lit: JsonValue };
  readonly foreach?: PlanForeach;
  readonly body: Body;
  readonly output?: Template;
  readonly outputSchema?: JsonObject;
  /** Number into `Plan.policies`. */
  readonly policy: number;
  /** For kinds without an activity (scopes, waits): how long it may take. */
  readonly timeoutMs?: number;
  readonly onError: "fail" | "continue";
  readonly fallback?: Alternative;
  readonly compensate?: Alternative & { readonly when: "started" | "succeeded" };
  readonly cancels?: readonly string[];
  readonly lock?: Template;
  readonly cache?: { readonly key: Template; readonly ttlMs: number };
  readonly dispatch: "activity" | "local";
  /** The step that may follow it inside one local activity, unless hooks stand between them. */
  readonly fusesWith?: string;
  readonly taskQueue?: string;
  readonly metadata?: JsonObject;
  /** In `event_driven` and `hybrid` patterns: runs once for each event that arrives. */
  readonly reacts?: PlanReaction;
}

export interface PlanReaction {
  readonly event: string;
  readonly match?: Expression | { readonly lit: JsonValue };
  /** Events after which it no longer listens. */
  readonly max?: number;
  /** How long it listens. */
  readonly forMs?: number;
  /** Events that are handled at the same time. */
  readonly concurrency?: number;
}

/** A step body that runs instead of (fallback) or to undo (compensate) its step. */
export interface Alternative {
  readonly body: Body;
  readonly policy: number;
  readonly output?: Template;
  readonly tool: string;
  readonly taskQueue?: string;
  /** For kinds without an activity, as a step's own. */
  readonly timeoutMs?: number;
}

export type Body =
  | RunBody
  | { readonly kind: "http"; readonly request: Template; readonly expect?: readonly StatusRange[] }
  /** `role` evaluates to a role id; `with` is the agent's input. */
  | {
      readonly kind: "agent";
      readonly role: Template;
      readonly with: Template;
      readonly handoff?: boolean;
    }
  | { readonly kind: "call"; readonly function: string; readonly with: Template }
  | {
      readonly kind: "pattern";
      readonly pattern: string;
      readonly with: Template;
      readonly maxDepth?: number;
    }
  /** A duration (text or milliseconds) or, as `{ until }`, a timestamp. */
  | { readonly kind: "wait"; readonly for: Template; readonly until: boolean }
  | {
      readonly kind: "waitFor";
      readonly event: string;
      readonly match?: Expression | { readonly lit: JsonValue };
      readonly timeoutMs?: number;
      readonly onTimeout: "fail" | "continue";
    }
  | {
      readonly kind: "approval";
      readonly prompt: Template;
      readonly approvers?: readonly string[];
      readonly timeoutMs?: number;
      readonly default?: "approve" | "deny";
      readonly remindMs?: number;
    }
  | { readonly kind: "set"; readonly values: Template }
  | { readonly kind: "emit"; readonly event: Template }
  | {
      readonly kind: "switch";
      readonly cases: readonly SwitchCase[];
      readonly default?: NestedScope;
    }
  | {
      readonly kind: "loop";
      readonly while?: Expression | { readonly lit: JsonValue };
      readonly until?: Expression | { readonly lit: JsonValue };
      readonly max: number;
      readonly onMax: "fail" | "continue";
      readonly scope: NestedScope;
    }
  | { readonly kind: "group"; readonly interleaved: boolean; readonly scope: NestedScope }
  | {
      readonly kind: "fail";
      readonly type: string;
      readonly message: Template;
      readonly details?: Template;
    }
  | { readonly kind: "stop"; readonly output?: Template };

export type StepKind = Body["kind"];

/**
 * A shell command has its `${{ }}` parts replaced by references to environment variables, so that no value can become
 * syntax; `env` holds their templates. An argv has one template per element. A lone `${{ }}` decides at run time.
 */
export interface RunBody {
  readonly kind: "run";
  readonly command:
    | { readonly shell: string }
    | { readonly argv: readonly Template[] }
    | { readonly dynamic: Template };
  readonly env?: Readonly<Record<string, Template>>;
  /** Given as JSON on stdin. */
  readonly with?: Template;
}

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface SwitchCase {
  readonly when: Expression | { readonly lit: JsonValue };
  readonly scope: NestedScope;
}

export interface NestedScope {
  readonly steps: readonly PlanStep[];
}
