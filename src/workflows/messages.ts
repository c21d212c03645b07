import type { ErrorInfo, JsonObject, JsonValue } from "../core/index.ts";

/**
 * The workflow's surface: every name here is on the wire and is never renamed (design section 8).
 * This file has no imports at run time, so that clients outside the sandbox can share it.
 */
export const SESSION_WORKFLOW = "heddleSession";
export const SESSION_ID_PREFIX = "session/";

export const SIGNALS = {
  sessionStart: "sessionStart",
  sessionEnd: "sessionEnd",
  sessionRestore: "sessionRestore",
  event: "event",
  pause: "pause",
  resume: "resume",
  inject: "inject",
} as const;

export const UPDATES = {
  approve: "approve",
  retryStep: "retryStep",
  skipStep: "skipStep",
  completeStep: "completeStep",
  setState: "setState",
  /** Sessions only: the answering variants of the three session signals, and a run's entry into the session. */
  sessionStarted: "sessionStarted",
  sessionEnded: "sessionEnded",
  sessionRestored: "sessionRestored",
  joinSession: "joinSession",
} as const;

/** One workflow per lock keeps its queue; runs ask it by signal and are told by signal. */
export const LOCK_WORKFLOW = "heddleLock";
export const LOCK_ID_PREFIX = "lock/";
export const LOCK_SIGNALS = {
  acquire: "acquire",
  release: "release",
  /** From the lock to the run whose turn it is; its argument is the request's token. */
  granted: "lockGranted",
} as const;

/** Sent by the platform itself, from a closing run to its session. */
export const SESSION_RUN_CLOSED_SIGNAL = "sessionRunClosed";

export const QUERIES = {
  progress: "progress",
  plan: "plan",
  hooks: "hooks",
  session: "session",
} as const;

export const SEARCH_ATTRIBUTES = {
  pattern: "HeddlePattern",
  version: "HeddleVersion",
  session: "HeddleSession",
  status: "HeddleStatus",
  labels: "HeddleLabels",
} as const;

export type StepStatus =
  | "pending"
  | "ready"
  | "running"
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled"
  | "compensating"
  | "compensated";

export type RunStatus = "running" | "paused" | "succeeded" | "failed" | "cancelled" | "continued";

/** One step, or one instance of it, as the `progress` query reports it. Times are ISO 8601 in UTC. */
export interface StepReport {
  readonly id: string;
  readonly kind: string;
  /** Dotted path of indices; absent for a step that is not repeated, and for a foreach's summary entry. */
  readonly instance?: string;
  readonly status: StepStatus;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly attempts: number;
  readonly reason?: string;
  readonly error?: ErrorInfo;
  /** What the step waits for, while it waits: an approval's prompt, an event, a moment. */
  readonly waitingFor?: string;
  /** What operators did to the step, oldest first. */
  readonly operator?: readonly OperatorAction[];
}

/** An operator's `retryStep`, `skipStep` or `completeStep`, as the report keeps it. */
export interface OperatorAction {
  readonly action: "retry" | "skip" | "complete";
  readonly at: string;
  readonly by?: string;
  readonly reason?: string;
}

/** Argument of `retryStep`, `skipStep` and `completeStep`; a step's name alone will do. */
export interface StepOrder {
  /** `step`, or one instance of it: `step[3]`. */
  readonly step: string;
  readonly by?: string;
  readonly reason?: string;
  /** completeStep: what the step gives. Null when absent. */
  readonly output?: JsonValue;
}

/** What an operator's order met, and how the step stands after it. */
export interface StepOrderAnswer {
  readonly step: string;
  readonly was: StepStatus;
  readonly now: StepStatus;
}

export interface ProgressReport {
  readonly pattern: string;
  readonly version: string;
  readonly digest: string;
  readonly status: RunStatus;
  readonly session?: string;
  readonly steps: readonly StepReport[];
  readonly state: JsonObject;
  readonly error?: ErrorInfo;
  /** References to the reports of earlier continued runs, oldest first (each a `SegmentReport`). */
  readonly earlier: readonly JsonValue[];
  readonly pendingApprovals: readonly PendingApproval[];
  /** What there is to know of how the run began: hook files that nobody has trusted. */
  readonly notices?: readonly string[];
}

/** What a run that continued as new leaves behind, stored in the registry by digest. */
export interface SegmentReport {
  readonly steps: readonly StepReport[];
  readonly hooks: readonly HookReport[];
}

export interface HookReport {
  readonly point: string;
  readonly step?: string;
  readonly instance?: string;
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
  readonly attempts: number;
  readonly message?: string;
  readonly error?: ErrorInfo;
}

export interface PendingApproval {
  readonly id: string;
  readonly step: string;
  readonly instance?: string;
  readonly prompt: string;
  readonly requestedAt: string;
  readonly deadline?: string;
  /** Who may decide; anybody when absent. */
  readonly approvers?: readonly string[];
  /** How often people were reminded. */
  readonly reminders?: number;
}

/** Argument of the `approve` update. */
export interface ApprovalDecision {
  /** The approval's id (`progress` lists them); the step id is enough when only one waits there. */
  readonly id: string;
  readonly decision: "approve" | "deny";
  readonly comment?: string;
  readonly by?: string;
  /** Edited input, where the approval was asked about a step's input. */
  readonly input?: JsonValue;
}

/** Argument of the `event` signal. */
export interface EventSignal {
  readonly id?: string;
  readonly type: string;
  readonly data?: JsonValue;
  readonly correlation?: string;
  readonly time?: string;
}

export interface SessionStart {
  readonly state?: JsonObject;
  readonly source?: string;
  readonly metadata?: JsonObject;
}

export interface SessionEnd {
  readonly reason?: string;
  /** What happens to runs that still run: wait for them, cancel them, or leave them. */
  readonly onEnd?: "wait" | "cancel" | "leave";
}

export interface SessionRestore {
  /** Number of a checkpoint; the last one when absent. */
  readonly checkpoint?: number;
  readonly reason?: string;
  /**
   * What happens to runs that have not succeeded: `resume` takes those that are still open back (what happens to runs of
   * earlier lives when nothing is said), `fork` also starts each one that ended again with its input, `leave` looks at none.
   */
  readonly runs?: "resume" | "fork" | "leave";
}

export interface SessionReport {
  readonly session: string;
  readonly status: "active" | "ending" | "ended";
  readonly startedAt: string;
  readonly state: JsonObject;
  /** Counts every change of the state. */
  readonly stateVersion: number;
  readonly checkpoints: readonly SessionCheckpoint[];
  readonly runs: readonly SessionRun[];
  /** What could not be done as it was asked, newest last. */
  readonly notes: readonly string[];
  readonly hooks: readonly HookReport[];
}

export interface SessionCheckpoint {
  readonly number: number;
  readonly at: string;
  readonly reason: string;
  readonly stateVersion: number;
  readonly state: JsonObject;
}

/** A checkpoint as the registry keeps it. */
export interface StoredCheckpoint extends SessionCheckpoint {
  /** The runs that had not succeeded; absent in checkpoints of older workers. */
  readonly runs?: readonly SessionRun[];
}

export interface SessionRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly pattern: string;
  readonly version?: string;
  readonly status: string;
}
