import type { JsonValue } from "./json.ts";

/** What a failed step, hook or run says of itself; `steps.x.error` in an expression has this shape. */
export interface ErrorInfo {
  readonly type: string;
  readonly message: string;
  readonly details?: JsonValue;
}

/**
 * Every failure type that Heddle itself puts on the wire (`ApplicationFailure.type`), and whether trying the same
 * thing again can help. Names are law: running executions and users' retry policies look them up.
 */
export const FAILURES = {
  // A run that cannot begin
  PatternNotFound: { retryable: false },
  PatternInvalid: { retryable: false },
  InputInvalid: { retryable: false },
  OptionsInvalid: { retryable: false },
  CarryInvalid: { retryable: false },
  // A run that ends badly
  StepFailed: { retryable: false },
  RunTimedOut: { retryable: false },
  RunCancelled: { retryable: false },
  LimitExceeded: { retryable: false },
  SecurityViolation: { retryable: false },
  // A hook's or a person's decision
  HookCancelled: { retryable: false },
  HookStopped: { retryable: false },
  HookFailed: { retryable: true },
  HookOutcomeInvalid: { retryable: false },
  BreakerOpen: { retryable: false },
  HookDependencyMissing: { retryable: false },
  HookDependencyCycle: { retryable: false },
  HookDependencyUnmet: { retryable: false },
  HookLoop: { retryable: false },
  JumpLimit: { retryable: false },
  JumpInvalid: { retryable: false },
  ApprovalDenied: { retryable: false },
  ApprovalTimedOut: { retryable: false },
  // A step's own failure
  CommandFailed: { retryable: true },
  CommandNotFound: { retryable: false },
  CommandNotStarted: { retryable: true },
  CommandRefused: { retryable: false },
  CommandKilled: { retryable: true },
  TimedOut: { retryable: true },
  HeartbeatLost: { retryable: true },
  NoWorker: { retryable: false },
  HttpFailed: { retryable: true },
  HttpStatus: { retryable: true },
  HandlerNotFound: { retryable: false },
  HandlerFailed: { retryable: true },
  SecretUnknown: { retryable: false },
  HandlerInputInvalid: { retryable: false },
  HandlerOutputInvalid: { retryable: false },
  OutputInvalid: { retryable: false },
  OutputTooLarge: { retryable: false },
  ExpressionFailed: { retryable: false },
  ForeachInvalid: { retryable: false },
  ForeachIncomplete: { retryable: false },
  WaitInvalid: { retryable: false },
  WaitTimedOut: { retryable: false },
  LoopLimit: { retryable: false },
  LockTimedOut: { retryable: false },
  ChildFailed: { retryable: false },
  Cancelled: { retryable: false },
  // The platform under it
  RegistryUnavailable: { retryable: true },
  ValueNotFound: { retryable: false },
  Internal: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>;

export type FailureType = keyof typeof FAILURES;

/** Whether a failure of this type is worth another attempt. Types of other origin (a handler's own) are. */
export function isRetryable(type: string): boolean {
  return Object.hasOwn(FAILURES, type) ? FAILURES[type as FailureType].retryable : true; // as: hasOwn has just shown it
}
