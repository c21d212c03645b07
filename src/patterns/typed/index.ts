export {
  approval,
  call,
  emit,
  fail,
  http,
  run,
  set,
  stop,
  subPattern,
  wait,
  waitFor,
  type ApprovalResult,
  type CommandResult,
  type EventResult,
  type HttpResult,
} from "./bodies.ts";
export { checkOutput, mapOutput, withPolicy, type EachBody, type StepBody } from "./body.ts";
export {
  and,
  at,
  eq,
  expr,
  gt,
  gte,
  ifNull,
  lt,
  lte,
  ne,
  not,
  or,
  orElse,
  present,
  size,
  text,
} from "./operators.ts";
export { pattern, type PatternScope, type RunView, type TypedPattern } from "./pattern.ts";
export type { Ref, RefOf } from "./ref.ts";
export { choose, foreach, group, loop, onEvent } from "./scopes.ts";
export type { EachHandle, StepHandle, StepOptions } from "./steps.ts";
export type { AnyValue, Condition, Value } from "./value.ts";
