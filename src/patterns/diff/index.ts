export { toComparable } from "./comparable.ts";
export { diffPatterns, type PatternDiff } from "./diff-patterns.ts";
