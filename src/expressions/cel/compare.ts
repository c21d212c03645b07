import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { Context } from "./context.ts";
import {
  describeType,
  Duration,
  isList,
  isMap,
  isNumber,
  Optional,
  Timestamp,
  type Value,
} from "./values.ts";

/** CEL equality: numbers by value whatever their type, containers by content, different types are unequal. */
export function isEqual(context: Context, left: Value, right: Value): boolean {
  const work: [Value, Value][] = [[left, right]];
  for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
    const [a, b] = pair;
    context.spend(1);
    if (!isShallowEqual(context, a, b, work)) return false;
  }
  return true;
}

/** Compares two values without their content, which is added to `work`. */
function isShallowEqual(context: Context, a: Value, b: Value, work: [Value, Value][]): boolean {
  // eslint-disable-next-line eqeqeq -- a bigint and a number are equal by value only with ==
  if (isNumber(a) && isNumber(b)) return a == b;
  if (typeof a === "string" && typeof b === "string") {
    context.spend(Math.min(a.length, b.length) / 64);
    return a === b;
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  if (isList(a) && isList(b)) return pushLists(a, b, work);
  if (isMap(a) && isMap(b)) return pushMaps(context, a, b, work);
  return isInstanceEqual(context, a, b, work);
}

function isObject(
  value: Value,
): value is Exclude<Value, string | number | bigint | boolean | null> {
  return typeof value === "object" && value !== null;
}

function pushLists(
  a: readonly JsonValue[],
  b: readonly JsonValue[],
  work: [Value, Value][],
): boolean {
  if (a.length !== b.length) return false;
  a.forEach((item, index) => work.push([item, b[index] ?? null]));
  return true;
}

function pushMaps(context: Context, a: JsonObject, b: JsonObject, work: [Value, Value][]): boolean {
  const keys = Object.keys(a);
  context.spend(keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    work.push([a[key] ?? null, b[key] ?? null]);
  }
  return true;
}

function isInstanceEqual(context: Context, a: Value, b: Value, work: [Value, Value][]): boolean {
  if (a instanceof Timestamp && b instanceof Timestamp) return a.ms === b.ms;
  if (a instanceof Duration && b instanceof Duration) return a.ms === b.ms;
  if (a instanceof Optional && b instanceof Optional) {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    work.push([a.value, b.value]);
    return true;
  }
  refuseStored(context, a);
  refuseStored(context, b);
  return a === b;
}

/** Negative, zero or positive as `left` sorts before, with or after `right`; undefined when they have no order. */
export function compare(left: Value, right: Value): number | undefined {
  if (isNumber(left) && isNumber(right)) return order(left, right);
  if (typeof left === "string" && typeof right === "string") return order(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.ms - right.ms;
  if (left instanceof Duration && right instanceof Duration) return left.ms - right.ms;
  return undefined;
}

function order<T extends number | bigint | string>(left: T, right: T): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** @throws ExpressionError `stored-value` for a reference to a value that is kept elsewhere */
export function refuseStored(context: Context, value: Value): void {
  if (describeType(value) !== "stored value") return;
  throw context.failure(
    "stored-value",
    "The output is larger than 64 KiB and stored outside the run, so expressions cannot read into it",
    { hint: "give the step that made it an `output` mapping with the parts you need" },
  );
}
