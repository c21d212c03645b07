import {
  err,
  isJsonArray,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
} from "../../../core/index.ts";
import type { Decision, ForkOperation, Outcome, OutcomeExtras } from "../../outcome.ts";

type Parsed<T> = Result<T, string>;

/**
 * Reads what a script hook returned. Its documents know three shapes, and all are read: `type`, `action` (both name one
 * of nine results) and `continue_execution` with its companions. What names no result is an error, never a cancel;
 * nothing at all means to go on.
 */
export function readLlmspellResult(result: JsonValue): Parsed<Outcome> {
  if (result === null) return ok({ outcome: "continue" });
  if (typeof result === "string") return readNamed(result, {});
  if (!isJsonObject(result)) return err(`Expected a hook result, got ${quote(result)}`);
  const named = result["type"] ?? result["action"];
  if (named === undefined) return readSteering(result);
  if (typeof named !== "string") return err(`Expected "type" to be text, got ${quote(named)}`);
  const decision = readNamed(named, result);
  return decision.ok ? ok({ ...decision.value, ...extrasOf(result) }) : decision;
}

const READERS: Readonly<Record<string, (result: JsonObject) => Parsed<Decision>>> = {
  continue: () => ok({ outcome: "continue" }),
  modified: (result) => withPayload(result, "modified", (input) => ({ outcome: "modify", input })),
  replace: (result) => withPayload(result, "replace", (output) => ({ outcome: "replace", output })),
  cancel: (result) => ok({ outcome: "cancel", reason: reasonOf(result) }),
  skipped: (result) => ok({ outcome: "skipped", reason: reasonOf(result) }),
  redirect: readRedirect,
  retry: readRetry,
  fork: readFork,
  cache: readCache,
};
const SPELLINGS: Readonly<Record<string, string>> = {
  modify: "modified",
  replaced: "replace",
  cancelled: "cancel",
  skip: "skipped",
};

function readNamed(name: string, result: JsonObject): Parsed<Decision> {
  const lower = name.toLowerCase();
  const known = SPELLINGS[lower] ?? lower;
  const read = Object.hasOwn(READERS, known) ? READERS[known] : undefined;
  return (
    read?.(result) ??
    err(`Unknown result ${quote(name)}; known are ${Object.keys(READERS).join(", ")}`)
  );
}

const STEERING = ["continue_execution", "retry_step", "skip_to_step", "state_updates", "message"];

/** The shape of workflow scripts: whether to go on, and where. */
function readSteering(result: JsonObject): Parsed<Outcome> {
  if (!STEERING.some((key) => key in result) && Object.keys(result).length > 0)
    return err(`A result needs "type", "action" or "continue_execution", got ${quote(result)}`);
  const wrong = whatIsWrong(result);
  if (wrong !== undefined) return err(wrong);
  const { continue_execution: goesOn, retry_step: again, skip_to_step: target } = result;
  const extras = extrasOf(result);
  if (goesOn === false) {
    const reason = extras.message ?? "a script stopped the workflow";
    return ok({ outcome: "continue", ...extras, stop: { reason } });
  }
  if (again === true) return ok({ outcome: "retry", ...extras });
  return typeof target === "string"
    ? ok({ outcome: "skipTo", step: target, ...extras })
    : ok({ outcome: "continue", ...extras });
}

function whatIsWrong(result: JsonObject): string | undefined {
  for (const key of ["continue_execution", "retry_step"]) {
    const value = result[key] ?? false;
    if (typeof value !== "boolean")
      return `Expected "${key}" to be true or false, got ${quote(value)}`;
  }
  const target = result["skip_to_step"] ?? null;
  if (target === null) return undefined;
  if (typeof target !== "string" || target === "")
    return `Expected "skip_to_step" to name a step, got ${quote(target)}`;
  return result["retry_step"] === true
    ? '"retry_step" and "skip_to_step" are both given; a step does one of them'
    : undefined;
}

function extrasOf(result: JsonObject): OutcomeExtras {
  const { state_updates: state, message } = result;
  return {
    ...(isJsonObject(state ?? null) ? { state: state as JsonObject } : {}), // as: just tested
    ...(typeof message === "string" ? { message } : {}),
  };
}

function withPayload(
  result: JsonObject,
  name: string,
  make: (payload: JsonValue) => Decision,
): Parsed<Decision> {
  const payload = result["data"] ?? result["value"] ?? result["payload"] ?? result["result"];
  return payload === undefined ? err(`The result "${name}" needs "data"`) : ok(make(payload));
}

function readRedirect(result: JsonObject): Parsed<Decision> {
  const target = result["target"] ?? result["step"];
  return typeof target === "string" && target !== ""
    ? ok({ outcome: "redirect", step: target })
    : err(`Expected "target" to name a step, got ${quote(target)}`);
}

/** Without numbers it is one second and three attempts, as its builder has it. */
function readRetry(result: JsonObject): Parsed<Decision> {
  const delayMs = result["delay_ms"] ?? result["delay"] ?? 1000;
  const maxAttempts = result["max_attempts"] ?? 3;
  if (typeof delayMs !== "number" || delayMs < 0)
    return err(`Expected "delay_ms" to be milliseconds, got ${quote(delayMs)}`);
  if (typeof maxAttempts !== "number" || !Number.isInteger(maxAttempts) || maxAttempts < 1)
    return err(`Expected "max_attempts" to be a whole number from 1, got ${quote(maxAttempts)}`);
  return ok({ outcome: "retry", delayMs, maxAttempts });
}

function readFork(result: JsonObject): Parsed<Decision> {
  const listed = result["operations"];
  if (!isJsonArray(listed) || listed.length === 0)
    return err(`Expected "operations" to be a list of { id, type, params }, got ${quote(listed)}`);
  const operations: ForkOperation[] = [];
  for (const item of listed) {
    const { id, type, params } = isJsonObject(item) ? item : {};
    if (typeof id !== "string" || typeof type !== "string")
      return err(`Expected an operation { id, type, params }, got ${quote(item)}`);
    operations.push({ id, pattern: type, ...(params === undefined ? {} : { input: params }) });
  }
  return ok({ outcome: "fork", operations });
}

/** `ttl` is in seconds, as its scripts write it. */
function readCache(result: JsonObject): Parsed<Decision> {
  const { key, ttl, ttl_ms: inMs } = result;
  if (typeof key !== "string" || key === "")
    return err(`Expected "key" to be text that is not empty, got ${quote(key)}`);
  const ttlMs = inMs ?? (typeof ttl === "number" ? ttl * 1000 : ttl);
  if (ttlMs === undefined || ttlMs === null) return ok({ outcome: "cache", key });
  return typeof ttlMs === "number"
    ? ok({ outcome: "cache", key, ttlMs })
    : err(`Expected "ttl" to be a number of seconds, got ${quote(ttl)}`);
}

function reasonOf({ reason, message }: JsonObject): string {
  const said = reason ?? message;
  return typeof said === "string" && said !== "" ? said : "no reason given";
}

function quote(value: JsonValue | undefined): string {
  const shown = JSON.stringify(value ?? null);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}
