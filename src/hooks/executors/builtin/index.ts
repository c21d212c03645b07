export { defineBuiltin, type Builtin, type BuiltinCall, type BuiltinHandler } from "./builtin.ts";
export { readCacheUse } from "./caching.ts";
export { readTotals, type Costs } from "./cost-tracking.ts";
export { readTrace, type TraceFilter } from "./debugging.ts";
export { executeBuiltin } from "./execute.ts";
export { BUILTINS, findBuiltin } from "./library.ts";
export { readMetrics, type MetricsSummary } from "./metrics.ts";
export { readRateLimitUse } from "./rate-limit.ts";
export { readAudit } from "./security.ts";
