export type { Builtin, BuiltinCall, BuiltinHandler } from "./builtin.ts";
export { readCacheUse } from "./caching.ts";
export { readTotals, type Costs } from "./cost-tracking.ts";
export { readTrace, type TraceFilter } from "./debugging.ts";
export { executeBuiltin } from "./execute.ts";
export { postFinished, type FinishedWork } from "./finished-work.ts";
export { BUILTINS, findBuiltin } from "./library.ts";
export {
  popLatestMessage,
  postMessage,
  readMessages,
  type Delivery,
  type Message,
  type NewMessage,
} from "./messages.ts";
export { readMetrics, type MetricsSummary } from "./metrics.ts";
export { readRateLimitUse } from "./rate-limit.ts";
export { requestWrapUp } from "./round-timeout.ts";
export { readAudit } from "./security.ts";
