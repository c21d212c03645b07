import type { JsonObject, JsonValue } from "../core/index.ts";
import type { HandlerDocument, HookDocument } from "./hook-document.ts";
import type { StepKind } from "./plan.ts";
import type {
  ConditionDocument,
  DurationDocument,
  RetryDocument,
  ShareDocument,
} from "./value-document.ts";

export type { HandlerDocument, HookDocument, HookMatchDocument } from "./hook-document.ts";
export type {
  ConditionDocument,
  DurationDocument,
  RetryDocument,
  ShareDocument,
} from "./value-document.ts";

/**
 * A pattern document as its author wrote it, after the schema has accepted it. Nothing is filled in here: defaults are
 * settled by the compiler, so the document is also what is stored and what the digest is computed from.
 */
export interface PatternDocument {
  readonly heddle: "v1";
  readonly name: string;
  readonly version: string;
  readonly type?: PatternType;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Template parameters: name -> JSON Schema. */
  readonly parameters?: Readonly<Record<string, JsonObject>>;
  /** JSON Schema of the run input. */
  readonly input?: JsonObject;
  readonly output?: JsonValue;
  readonly agents?: Readonly<Record<string, RoleDocument>>;
  readonly coordination?: CoordinationDocument;
  readonly defaults?: DefaultsDocument;
  readonly hooks?: readonly HookDocument[];
  /** Events that start a run of this pattern. */
  readonly triggers?: readonly TriggerDocument[];
  readonly steps: StepsDocument;
  readonly metadata?: JsonObject;
}

export const PATTERN_TYPES = [
  "supervisor",
  "hierarchical",
  "handoff",
  "swarm",
  "network",
  "saga",
  "circuit_breaker",
  "custom",
] as const;
export type PatternType = (typeof PATTERN_TYPES)[number];

/** Pattern types whose whole point is agents: they need at least one role. */
export const TYPES_WITH_AGENTS: readonly PatternType[] = [
  "supervisor",
  "hierarchical",
  "handoff",
  "swarm",
  "network",
];

export type StepsDocument = Readonly<Record<string, StepDocument>>;

export interface RoleDocument {
  readonly handler: HandlerDocument;
  readonly description?: string;
  readonly capabilities?: readonly string[];
  readonly instances?: { readonly min?: number; readonly max?: number };
  readonly taskQueue?: string;
  readonly hooks?: readonly HookDocument[];
  readonly inputSchema?: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly metadata?: JsonObject;
}

export interface CoordinationDocument {
  readonly model?: "graph_based" | "event_driven" | "hybrid";
  readonly maxConcurrency?: number;
  readonly timeout?: DurationDocument;
  readonly failFast?: boolean;
  readonly maxJumps?: number;
  /** `false`: each `dispatch: local` step is an activity of its own, chains included. */
  readonly fusion?: boolean;
}

export interface PolicyDocument {
  readonly timeout?: DurationDocument;
  readonly scheduleToClose?: DurationDocument;
  readonly scheduleToStart?: DurationDocument;
  readonly heartbeat?: DurationDocument;
  readonly retry?: RetryDocument;
}

export type DefaultsDocument = PolicyDocument;

export interface TriggerDocument {
  readonly event: string;
  readonly match?: ConditionDocument;
  /** Sees `event`; default: the event's data. */
  readonly input?: JsonValue;
}

export type JoinDocument =
  "all" | "noneFailed" | "done" | "any" | "anyFailed" | PartialJoinDocument;

export interface PartialJoinDocument {
  readonly atLeast: ShareDocument;
  readonly deadline?: DurationDocument;
  readonly cancelRest?: boolean;
}

export interface ForeachDocument {
  readonly items: JsonValue;
  readonly concurrency?: number;
  readonly when?: ConditionDocument;
  readonly complete?: "all" | "any" | "done" | CompleteDocument;
}

/** `atLeast` and `tolerate` are two ways to say it: how many must succeed, or how many may fail. */
export interface CompleteDocument {
  readonly atLeast?: ShareDocument;
  readonly deadline?: DurationDocument;
  readonly cancelRest?: boolean;
  readonly tolerate?: { readonly failures: ShareDocument };
}

export interface ScopeDocument {
  readonly steps: StepsDocument;
}

/** The kind fields: exactly one of them is present in a step, a fallback and a compensation. */
export interface BodyDocument {
  readonly run?: string | readonly (string | number | boolean)[];
  readonly http?: {
    readonly method?: string;
    readonly url: string;
    readonly headers?: JsonValue;
    readonly body?: JsonValue;
    /** `200`, `"200-299"`, `"2xx"`, or a list of them. */
    readonly expect?: number | string | readonly (number | string)[];
  };
  /** A role id, or an expression that gives one. */
  readonly agent?: string;
  readonly call?: string;
  readonly pattern?: string;
  readonly wait?: DurationDocument | { readonly until: JsonValue };
  readonly waitFor?: {
    readonly event: string;
    readonly match?: ConditionDocument;
    readonly timeout?: DurationDocument;
    readonly onTimeout?: "fail" | "continue";
  };
  readonly approval?: {
    readonly prompt: string;
    readonly approvers?: readonly string[];
    readonly timeout?: DurationDocument;
    readonly default?: "approve" | "deny";
    readonly remind?: DurationDocument;
  };
  readonly set?: JsonObject;
  readonly emit?: {
    readonly type: string;
    readonly data?: JsonValue;
    readonly correlation?: JsonValue;
  };
  readonly switch?: {
    readonly cases: readonly (ScopeDocument & { readonly when: ConditionDocument })[];
    readonly default?: ScopeDocument;
  };
  readonly loop?: ScopeDocument & {
    readonly while?: ConditionDocument;
    readonly until?: ConditionDocument;
    readonly max: number;
    readonly onMax?: "fail" | "continue";
  };
  readonly group?: ScopeDocument & { readonly interleaved?: boolean };
  readonly fail?: {
    readonly type: string;
    readonly message: string;
    readonly details?: JsonValue;
  };
  readonly stop?: { readonly output?: JsonValue };
}

/** What a body may carry beside its kind, in a step as in a fallback or a compensation. */
export interface ExecutableDocument extends BodyDocument, PolicyDocument {
  readonly with?: JsonValue;
  /** Environment of a `run` command. */
  readonly env?: Readonly<Record<string, JsonValue>>;
  readonly output?: JsonValue;
  readonly taskQueue?: string;
}

export type FallbackDocument = ExecutableDocument;
export interface CompensateDocument extends ExecutableDocument {
  readonly when?: "started" | "succeeded";
}

export interface StepDocument extends ExecutableDocument {
  readonly name?: string;
  readonly description?: string;
  /** Task type, for matchers. */
  readonly type?: string;
  readonly needs?: string | readonly string[];
  readonly join?: JoinDocument;
  readonly if?: ConditionDocument;
  readonly outputSchema?: JsonObject;
  readonly foreach?: ForeachDocument;
  readonly onError?: "fail" | "continue";
  readonly fallback?: FallbackDocument;
  readonly compensate?: CompensateDocument;
  readonly cancels?: string | readonly string[];
  readonly lock?: string;
  readonly dispatch?: "activity" | "local";
  readonly cache?: { readonly key: JsonValue; readonly ttl: DurationDocument };
  readonly hooks?: readonly HookDocument[];
  readonly metadata?: JsonObject;
  /** In `event_driven` and `hybrid` patterns: runs once for each event that arrives. */
  readonly on?: OnDocument;
  /** `agent`: the role may hand over to another one. */
  readonly handoff?: boolean;
  /** `pattern`: how deep a pattern may call itself. */
  readonly maxDepth?: number;
}

export const STEP_KINDS = [
  "run",
  "http",
  "agent",
  "call",
  "pattern",
  "wait",
  "waitFor",
  "approval",
  "set",
  "emit",
  "switch",
  "loop",
  "group",
  "fail",
  "stop",
] as const satisfies readonly StepKind[];

/** Kinds with nested steps. They take no `retry`. */
export const SCOPE_KINDS: readonly StepKind[] = ["switch", "loop", "group"];

/** The one kind of a body that the schema has accepted. */
export function kindOf(body: BodyDocument): StepKind {
  const kind = STEP_KINDS.find((candidate) => body[candidate] !== undefined);
  return kind ?? "set";
}

/** The events that a step reacts to. */
export type OnDocument =
  | string
  | {
      readonly event: string;
      readonly match?: ConditionDocument;
      readonly max?: number;
      readonly for?: DurationDocument;
      readonly concurrency?: number;
    };
