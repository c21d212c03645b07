/** Heddle's public door: define patterns and functions, start runs and talk to them. */
export {
  createHeddleClient,
  RunError,
  type ApprovalDecision,
  type EventSignal,
  type HeddleClient,
  type HeddleClientOptions,
  type HookReport,
  type PatternName,
  type ProgressReport,
  type RunFilter,
  type RunHandle,
  type RunOutcome,
  type RunReport,
  type RunSummary,
  type SessionHandle,
  type SessionReport,
  type StartOptions,
  type StepReport,
  type ValueSource,
  type WatchOptions,
} from "./client/index.ts";
export {
  HeddleError,
  type ErrorInfo,
  type Issue,
  type JsonObject,
  type JsonValue,
} from "./core/index.ts";
export {
  defineHandler,
  defineLazyHandler,
  verifyHookRequest,
  type FunctionContext,
  type HandlerDefinition,
  type SignedRequest,
} from "./hooks/executors/index.ts";
export { definePattern, type PatternInput, type StepInput } from "./patterns/index.ts";
