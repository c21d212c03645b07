import { isJsonArray, isJsonObject, type JsonValue } from "../../core/index.ts";
import type { Context } from "./context.ts";
import { Duration, Optional, Timestamp, type Value } from "./values.ts";

/** Deepest result: beyond it `JSON.stringify` itself would exhaust the stack. */
const MAX_RESULT_DEPTH = 1000;

/** One value as JSON. Containers hold JSON already, so only the outermost value is converted. */
export function toJson(context: Context, value: Value): JsonValue {
  if (typeof value === "bigint") return toNumber(context, value);
  if (typeof value === "number") return checkFinite(context, value);
  if (value instanceof Optional)
    return value.value === undefined ? null : toJson(context, value.value);
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  if (value instanceof Duration) return `${value.ms / 1000}s`;
  return value;
}

/** @throws ExpressionError `not-json` when a double could not hold the integer exactly */
function toNumber(context: Context, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw context.failure("not-json", `${value} is too large for a JSON number`, {
    hint: "turn it into text with string(...)",
  });
}

function checkFinite(context: Context, value: number): number {
  if (Number.isFinite(value)) return value;
  throw context.failure("not-json", `The result is ${value}, which JSON cannot hold`);
}

/**
 * Measures a result that the expression has built. Shared parts count each time they occur, as they will when the value
 * is written out: forty doublings of a list are cheap to build and impossible to write.
 */
export function checkResult(context: Context, value: JsonValue): void {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_RESULT_DEPTH)
      throw context.failure("not-json", `The result nests deeper than ${MAX_RESULT_DEPTH} levels`);
    const next: JsonValue[] = [];
    for (const item of level) {
      if (typeof item === "string") context.spend(1 + item.length / 64);
      else if (isJsonArray(item)) addAll(context, next, item);
      else if (isJsonObject(item)) addAll(context, next, Object.values(item));
    }
    level = next;
  }
}

function addAll(context: Context, target: JsonValue[], items: readonly JsonValue[]): void {
  context.spend(1 + items.length);
  for (const item of items) target.push(item);
}
