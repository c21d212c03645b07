export { createByteCache, type ByteCache } from "./byte-cache.ts";
export { defined, type Defined } from "./defined.ts";
export { canonicalize, digestOf } from "./digest.ts";
export { formatDuration, parseDuration, timerMs } from "./duration.ts";
export { HeddleError, messageOf } from "./errors.ts";
export {
  checkEventGlob,
  checkEventType,
  matchesEventGlob,
  MAX_EVENT_TYPE_LENGTH,
} from "./event-glob.ts";
export { isRetryable, type ErrorInfo, type FailureType } from "./failures.ts";
export { isAcceptable, type Issue, type Severity } from "./issue.ts";
export {
  isJsonArray,
  isJsonObject,
  jsonByteLength,
  utf8Length,
  type JsonObject,
  type JsonPrimitive,
  type JsonValue,
} from "./json.ts";
export {
  collectReferences,
  createReference,
  INLINE_LIMIT_BYTES,
  isReference,
  REFERENCE_KEY,
  type Reference,
} from "./reference.ts";
export { createRedactor, type Redactor } from "./redact.ts";
export { SECRET_NAME } from "./secret-name.ts";
export { SECRET_SHAPES, SECRET_SIGN, TELLING_FIELD } from "./secret-shapes.ts";
export { nearest } from "./nearest.ts";
export { err, ok, type Result } from "./result.ts";
export type { Typed } from "./typed.ts";
