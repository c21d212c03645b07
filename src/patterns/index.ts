export { definePattern, type PatternInput, type StepInput } from "./builder.ts";
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
