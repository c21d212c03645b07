import type { ChainedResult } from "../../activities/contract.ts";
import type { ErrorInfo, JsonValue } from "../../core/index.ts";
import type { OperatorAction, StepStatus } from "../messages.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * What the interpreter knows of a run: one JSON tree. Continue-as-new carries it as it is, so there is no second form
 * of a cursor to keep in step.
 */
export interface ScopeRecord {
  readonly steps: Record<string, StepRecord>;
}

export interface StepRecord {
  status: StepStatus;
  output?: JsonValue;
  error?: ErrorInfo;
  reason?: string;
  startedAt?: number;
  finishedAt?: number;
  attempts: number;
  /** The `if` was evaluated and held: never asked again, not even after continue-as-new. */
  entered?: boolean;
  /** The input after the `step.before` hooks; present once they have run, so that they never run twice. */
  prepared?: JsonValue;
  /** The place in a lock's queue. */
  lockToken?: string;
  /** Which try of the interpreter this is (a hook asked for a retry); Temporal's own attempts are counted apart. */
  tries?: number;
  /** A wait's end, in epoch milliseconds, so that a resumed wait does not begin anew; before it begins, its join's. */
  deadlineAt?: number;
  /** When the time limit of the work that goes on is over. */
  timeoutAt?: number;
  /** What the work brought, where the hooks after it could not answer before the run continued as new. */
  brought?: Settled;
  /** What runs instead of the step's own work has a record of its own: nothing of that work gets into it. */
  fallback?: StepRecord;
  redirected?: StepRecord;
  /** group, the chosen case, the current iteration. */
  scope?: ScopeRecord;
  /** Number of the chosen case; -1 is the default. */
  chosen?: number;
  iteration?: number;
  /** A loop's last finished iteration, which `while` may look at. */
  previous?: ScopeRecord;
  /** foreach: one record per item. */
  items?: StepRecord[];
  /** What a chain's activity brought for it; taken within the same task, never carried. */
  supplied?: ChainedResult;
  /** A step that reacts: the event of each item, null once it was handled. */
  events?: (JsonValue | null)[];
  /** A hook went on here, whatever the join says. */
  jumpedTo?: boolean;
  /** foreach: its items, where asking for them again could give others. */
  list?: readonly JsonValue[];
  /** What operators did to it. */
  operator?: readonly OperatorAction[];
}

/** An undo that is armed; they run in reverse order. */
export interface ArmedCompensation {
  readonly step: string;
  readonly instance?: string;
  /** Set when the step finished; an action that died midway has none and is undone first. */
  completed?: number;
  /** The undo's evaluated input. */
  input: JsonValue;
  /** Why there is no input: such an undo fails, and does nothing. */
  problem?: string;
  seen?: Surroundings;
  done?: boolean;
}

export function createScopeRecord(): ScopeRecord {
  return { steps: {} };
}

export function createStepRecord(): StepRecord {
  return { status: "pending", attempts: 0 };
}

const SETTLED: ReadonlySet<StepStatus> = new Set([
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
  "compensated",
]);

export function isSettled(status: StepStatus): boolean {
  return SETTLED.has(status);
}

/** How a step, an instance or a scope ended. `suspended` = the run is about to continue as new; nothing was lost. */
export type Settled =
  | { readonly status: "succeeded"; readonly output: JsonValue }
  | { readonly status: "failed"; readonly error: ErrorInfo }
  /** `jumpTo` names the step of the same scope that goes on instead. */
  | { readonly status: "skipped"; readonly reason: string; readonly jumpTo?: string }
  | { readonly status: "cancelled"; readonly reason: string }
  | { readonly status: "suspended" };

export type Failure = Extract<Settled, { readonly status: "failed" }>;

export function jumpRefused(message: string): Failure {
  return { status: "failed", error: { type: "JumpInvalid", message } };
}

export function failed(type: string, message: string, details?: JsonValue): Failure {
  return { status: "failed", error: errorInfo(type, message, details) };
}

export function errorInfo(type: string, message: string, details?: JsonValue): ErrorInfo {
  return details === undefined ? { type, message } : { type, message, details };
}
