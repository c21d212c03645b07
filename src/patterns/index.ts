export { definePattern, type PatternInput, type StepInput } from "./builder.ts";
export {
  and,
  approval,
  at,
  call,
  checkOutput,
  choose,
  emit,
  eq,
  expr,
  fail,
  foreach,
  group,
  gt,
  gte,
  http,
  ifNull,
  loop,
  lt,
  lte,
  mapOutput,
  ne,
  not,
  onEvent,
  or,
  orElse,
  pattern,
  present,
  run,
  set,
  size,
  stop,
  subPattern,
  text,
  wait,
  waitFor,
  withPolicy,
  type AnyValue,
  type ApprovalResult,
  type CommandResult,
  type Condition,
  type EachBody,
  type EachHandle,
  type EventResult,
  type HttpResult,
  type PatternScope,
  type Ref,
  type RefOf,
  type RunView,
  type StepBody,
  type StepHandle,
  type StepOptions,
  type TypedPattern,
  type Value,
} from "./typed/index.ts";
export { PATTERN_TYPES, type PatternDocument, type StepDocument } from "./document.ts";
export type { Plan, PlanStep } from "./plan.ts";
export { taskQueuesOf } from "./task-queues.ts";
export {
  readPattern,
  type AcceptedPattern,
  type ReadOptions,
  type ReadPattern,
} from "./read-pattern.ts";
export type { Known, KnownHandler, KnownPattern } from "./verify/known.ts";
export type { DocumentPath } from "./walk.ts";
export {
  edgesOf,
  predict,
  summarize,
  type Prediction,
  type Range,
  type Summary,
} from "./predict/index.ts";
export { patternCallsOf } from "./pattern-calls.ts";
export { MAX_DOCUMENT_BYTES } from "./text/parse.ts";
export { diffPatterns, toComparable, type PatternDiff } from "./diff/index.ts";
export { describeDocument } from "./schema/index.ts";
export { RULES } from "./verify/rules/index.ts";
export { renderIssues } from "./verify/report/render.ts";
export { toSarif, type FileIssues } from "./verify/report/sarif.ts";
export { toDot, toHtml, toMermaid, toSvg, type RunRecord } from "./graph/index.ts";
