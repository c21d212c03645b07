import {
  err,
  isJsonArray,
  isJsonObject,
  ok,
  parseDuration,
  type JsonObject,
  type JsonValue,
  type Result,
} from "../core/index.ts";
import {
  OUTCOME_KINDS,
  type Decision,
  type ForkOperation,
  type Injection,
  type Outcome,
  type OutcomeExtras,
  type OutcomeKind,
} from "./outcome.ts";

type Parsed<T> = Result<T, string>;
type Reader = (value: JsonObject) => Parsed<Decision>;

/** What a hook that refuses without a word is quoted with: dropping its refusal would let the step through. */
const NO_REASON = "no reason given";
const EXTRAS = ["state", "inject", "message", "stop"] as const;

/**
 * Reads what a hook answered. Strict: an unknown outcome, key or type is an error, never a guess and never a cancel.
 * `null` and an object without `outcome` mean `continue`, since a hook may have nothing to decide.
 * Durations are written as `"1s"` or milliseconds, under `delay` or `delayMs`.
 */
export function parseOutcome(value: JsonValue): Parsed<Outcome> {
  if (value === null) return ok({ outcome: "continue" });
  if (!isJsonObject(value)) return err(`Expected an outcome object, got ${quote(value)}`);
  const kind = value["outcome"] ?? "continue";
  if (!isOutcomeKind(kind))
    return err(`Unknown outcome ${quote(kind)}; known are ${OUTCOME_KINDS.join(", ")}`);
  const { keys, read } = DECISIONS[kind];
  const unknown = Object.keys(value).filter(
    (key) => key !== "outcome" && !keys.includes(key) && !EXTRAS.some((extra) => extra === key),
  );
  if (unknown.length > 0)
    return err(
      `The outcome "${kind}" has no ${unknown.map(quote).join(", ")}; it takes ${[...keys, ...EXTRAS].join(", ")}`,
    );
  const decision = read(value);
  if (!decision.ok) return decision;
  const extras = parseExtras(value);
  return extras.ok ? ok({ ...decision.value, ...extras.value }) : extras;
}

const DECISIONS: Readonly<
  Record<OutcomeKind, { readonly keys: readonly string[]; readonly read: Reader }>
> = {
  continue: { keys: [], read: () => ok({ outcome: "continue" }) },
  modify: {
    keys: ["input"],
    read: (value) => needs(value, "modify", "input", (input) => ok({ outcome: "modify", input })),
  },
  replace: {
    keys: ["output"],
    read: (value) =>
      needs(value, "replace", "output", (output) => ok({ outcome: "replace", output })),
  },
  cancel: { keys: ["reason"], read: (value) => withReason(value, "cancel") },
  skipped: { keys: ["reason"], read: (value) => withReason(value, "skipped") },
  ask: { keys: ["prompt", "timeout", "timeoutMs", "default", "input"], read: readAsk },
  retry: { keys: ["delay", "delayMs", "maxAttempts"], read: readRetry },
  redirect: { keys: ["step"], read: (value) => withStep(value, "redirect") },
  skipTo: { keys: ["step"], read: (value) => withStep(value, "skipTo") },
  fork: { keys: ["operations"], read: readFork },
  cache: { keys: ["key", "ttl", "ttlMs"], read: readCache },
};

function readAsk(value: JsonObject): Parsed<Decision> {
  const prompt = text(value, "prompt");
  if (!prompt.ok) return prompt;
  const timeoutMs = duration(value, "timeout");
  if (!timeoutMs.ok) return timeoutMs;
  const { default: fallback, input } = value;
  if (fallback !== undefined && fallback !== "approve" && fallback !== "deny")
    return err(`Expected "default" to be "approve" or "deny", got ${quote(fallback)}`);
  return ok({
    outcome: "ask",
    prompt: prompt.value,
    ...(timeoutMs.value === undefined ? {} : { timeoutMs: timeoutMs.value }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(input === undefined ? {} : { input }),
  });
}

function readRetry(value: JsonObject): Parsed<Decision> {
  const delayMs = duration(value, "delay");
  if (!delayMs.ok) return delayMs;
  const maxAttempts = value["maxAttempts"];
  if (maxAttempts !== undefined && !isCount(maxAttempts))
    return err(`Expected "maxAttempts" to be a whole number from 1, got ${quote(maxAttempts)}`);
  return ok({
    outcome: "retry",
    ...(delayMs.value === undefined ? {} : { delayMs: delayMs.value }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  });
}

function readCache(value: JsonObject): Parsed<Decision> {
  const key = text(value, "key");
  if (!key.ok) return key;
  const ttlMs = duration(value, "ttl");
  if (!ttlMs.ok) return ttlMs;
  return ok({
    outcome: "cache",
    key: key.value,
    ...(ttlMs.value === undefined ? {} : { ttlMs: ttlMs.value }),
  });
}

function readFork(value: JsonObject): Parsed<Decision> {
  const listed = value["operations"];
  if (!isJsonArray(listed) || listed.length === 0)
    return err(
      `Expected "operations" to be a list of { id, pattern, input }, got ${quote(listed)}`,
    );
  const operations: ForkOperation[] = [];
  for (const item of listed) {
    const operation = readOperation(item);
    if (!operation.ok) return operation;
    if (operations.some((other) => other.id === operation.value.id))
      return err(`Two operations have the id "${operation.value.id}"; give each its own`);
    operations.push(operation.value);
  }
  return ok({ outcome: "fork", operations });
}

function readOperation(item: JsonValue): Parsed<ForkOperation> {
  if (!isJsonObject(item))
    return err(`Expected an operation { id, pattern, input }, got ${quote(item)}`);
  const extra = Object.keys(item).find((key) => !["id", "pattern", "input"].includes(key));
  if (extra !== undefined)
    return err(`An operation has no "${extra}"; it takes id, pattern, input`);
  const id = text(item, "id");
  if (!id.ok) return id;
  const pattern = text(item, "pattern");
  if (!pattern.ok) return pattern;
  const input = item["input"];
  return ok({ id: id.value, pattern: pattern.value, ...(input === undefined ? {} : { input }) });
}

function parseExtras(value: JsonObject): Parsed<OutcomeExtras> {
  const { state, message, inject, stop } = value;
  if (state !== undefined && !isJsonObject(state))
    return err(`Expected "state" to be an object, got ${quote(state)}`);
  if (message !== undefined && typeof message !== "string")
    return err(`Expected "message" to be text, got ${quote(message)}`);
  const injections = inject === undefined ? ok({}) : readInjections(inject);
  if (!injections.ok) return injections;
  const stopped = stop === undefined ? ok({}) : readStop(stop);
  if (!stopped.ok) return stopped;
  const plain = {
    ...(state === undefined ? {} : { state }),
    ...(message === undefined ? {} : { message }),
  };
  return ok({ ...plain, ...injections.value, ...stopped.value });
}

function readInjections(value: JsonValue): Parsed<Pick<OutcomeExtras, "inject">> {
  if (!isJsonArray(value))
    return err(`Expected "inject" to be a list of { content, strategy }, got ${quote(value)}`);
  const injections: Injection[] = [];
  for (const item of value) {
    if (!isJsonObject(item))
      return err(`Expected an injection { content, strategy }, got ${quote(item)}`);
    const { content, strategy = "tool_result", ...rest } = item;
    const extra = Object.keys(rest)[0];
    if (extra !== undefined)
      return err(`An injection has no "${extra}"; it takes content, strategy`);
    if (typeof content !== "string")
      return err(`Expected "content" to be text, got ${quote(content)}`);
    if (strategy !== "tool_result" && strategy !== "user_message")
      return err(
        `Expected "strategy" to be "tool_result" or "user_message", got ${quote(strategy)}`,
      );
    injections.push({ content, strategy });
  }
  return ok({ inject: injections });
}

function readStop(value: JsonValue): Parsed<Pick<OutcomeExtras, "stop">> {
  if (!isJsonObject(value)) return err(`Expected "stop" to be { reason }, got ${quote(value)}`);
  const extra = Object.keys(value).find((key) => key !== "reason");
  if (extra !== undefined) return err(`"stop" has no "${extra}"; it takes reason`);
  const { reason = NO_REASON } = value;
  return typeof reason === "string"
    ? ok({ stop: { reason } })
    : err(`Expected "reason" to be text, got ${quote(reason)}`);
}

function needs(
  value: JsonObject,
  outcome: string,
  key: string,
  make: (found: JsonValue) => Parsed<Decision>,
): Parsed<Decision> {
  const found = value[key];
  return found === undefined ? err(`The outcome "${outcome}" needs "${key}"`) : make(found);
}

function withReason(value: JsonObject, outcome: "cancel" | "skipped"): Parsed<Decision> {
  const { reason = NO_REASON } = value;
  return typeof reason === "string"
    ? ok({ outcome, reason })
    : err(`Expected "reason" to be text, got ${quote(reason)}`);
}

function withStep(value: JsonObject, outcome: "redirect" | "skipTo"): Parsed<Decision> {
  const step = text(value, "step");
  return step.ok ? ok({ outcome, step: step.value }) : step;
}

function text(value: JsonObject, key: string): Parsed<string> {
  const found = value[key];
  return typeof found === "string" && found !== ""
    ? ok(found)
    : err(`Expected "${key}" to be text that is not empty, got ${quote(found)}`);
}

function duration(value: JsonObject, key: string): Parsed<number | undefined> {
  const spelled = value[key];
  const inMs = value[`${key}Ms`];
  if (spelled !== undefined && inMs !== undefined)
    return err(`"${key}" and "${key}Ms" are both given; keep one`);
  if (inMs !== undefined && typeof inMs !== "number")
    return err(`Expected "${key}Ms" to be a number of milliseconds, got ${quote(inMs)}`);
  const found = spelled ?? inMs;
  if (found === undefined) return ok(undefined);
  const parsed = parseDuration(found);
  return parsed.ok ? parsed : err(`"${key}": ${parsed.error}`);
}

function isOutcomeKind(value: JsonValue): value is OutcomeKind {
  return OUTCOME_KINDS.some((kind) => kind === value);
}

function isCount(value: JsonValue): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

function quote(value: JsonValue | undefined): string {
  const shown = JSON.stringify(value ?? null);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}
