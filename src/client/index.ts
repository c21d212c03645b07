export {
  createHeddleClient,
  type HeddleClient,
  type HeddleClientOptions,
  type PatternName,
  type StartOptions,
} from "./client.ts";
export { forkOptions, readStart, type RunAgain } from "./run-again.ts";
export { listClosedRuns, type ClosedRunFacts } from "./closed-runs.ts";
export { RunError } from "./run-error.ts";
export type { RunHandle } from "./run-handle.ts";
export type { RunFilter, RunSummary } from "./run-list.ts";
export type { HookEntry, RunOutcome, RunReport, RunStatusName, StepEntry } from "./run-report.ts";
export type { SessionHandle } from "./session-handle.ts";
export type { ValueSource } from "./values.ts";
export type { WatchOptions } from "./watch.ts";
export type {
  ApprovalDecision,
  EventSignal,
  HookReport,
  PendingApproval,
  ProgressReport,
  SessionEnd,
  SessionReport,
  SessionRestore,
  SessionStart,
  StepOrder,
  StepOrderAnswer,
  StepReport,
} from "../workflows/messages.ts";
