export { ALIASES, type Alias, type Vocabulary } from "./aliases.ts";
export { delayBefore, type Backoff } from "./backoff.ts";
export { answerPrompts } from "./answer-prompts.ts";
export { BUILTIN_POINTS } from "./builtin-points.ts";
export {
  advanceChain,
  advanceChainTogether,
  groupChain,
  outcomeOfFailure,
  outcomeOfRefusal,
  resumeChain,
  runsInChain,
  startChain,
  type Chain,
  type ChainInjection,
  type HookRefusal,
} from "./chain.ts";
export {
  HandlerSchema,
  HookSchema,
  RetrySchema,
  type HandlerRegistration,
  type HookRegistration,
} from "./document.ts";
export { findCycle } from "./dependencies.ts";
export { enabledFlags, withFlags, type FlagDefinitions } from "./flags.ts";
export { compileGlob } from "./glob.ts";
export type { CommandHandler, CompositeHandler, Handler, HttpHandler } from "./handler.ts";
export type {
  BatchPolicy,
  BreakerPolicy,
  Hook,
  HookEvent,
  HookMatch,
  HookStep,
  HookTable,
  RateLimitPolicy,
  RetryPolicy,
} from "./hook.ts";
export type { HookStore, HookStoreChange } from "./hook-store.ts";
export { compareResults, type Comparison, type Difference } from "./compare-results.ts";
export { parseHookCondition } from "./parse-condition.ts";
export { setAtPath } from "./set-at-path.ts";
export {
  describeFiring,
  executionIdOf,
  recordingOf,
  type DescribedFiring,
} from "./describe-firing.ts";
export { handlerKind, tagsOf } from "./hook-facts.ts";
export { matchesEvent, matchesFields } from "./match-event.ts";
export { mergeOutcomes } from "./merge.ts";
export {
  normalizeHook,
  normalizeRetry,
  type ParseCondition,
  type RegistrationIssue,
} from "./normalize.ts";
export { normalizeHandler } from "./normalize-handler.ts";
export {
  extendOrigin,
  extendOriginByRole,
  findLoop,
  isStartedByHook,
  ORIGIN_VARIABLE,
  readOrigin,
  type Origin,
} from "./origin.ts";
export { parseOutcome } from "./outcome-parse.ts";
export {
  describeOutcome,
  type Decision,
  type ForkOperation,
  type Injection,
  type Outcome,
  type OutcomeExtras,
  type OutcomeKind,
} from "./outcome.ts";
export { findPoint, hasEffect, POINTS, type Point, type PointSubject } from "./points.ts";
export { PRIORITIES, priorityOf } from "./priority.ts";
export { namesOf, resolvePoint, type ResolvedPoint } from "./resolve-point.ts";
export {
  createToolSecurity,
  type SecurityRefusal,
  type SecurityRules,
  type ToolSecurity,
} from "./security-levels.ts";
export { buildHookTable, type BuiltTable, type HookProblem, type MatchablePlan } from "./table.ts";
