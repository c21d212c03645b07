export { findCriticalPath, type CriticalPath } from "./critical-path.ts";
export { predict, type ContinuePoint, type Prediction } from "./prediction.ts";
export type { Range } from "./range.ts";
export { edgesOf, summarize, type Summary } from "./summary.ts";
