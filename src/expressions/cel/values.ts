import { isReference, type JsonObject, type JsonValue } from "../../core/index.ts";

/**
 * What an expression computes with. Numbers of JSON are doubles; integer literals and sizes are 64-bit integers (bigint)
 * until they meet a double or enter a list or map: containers hold JSON only, so that results need no conversion.
 */
export type Value = JsonValue | bigint | Optional | Timestamp | Duration;

/** A value that may be absent: what `.?` gives. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export class Timestamp {
  /** Milliseconds since 1970 in UTC. */
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export type TypeName =
  | "null_type"
  | "bool"
  | "int"
  | "double"
  | "string"
  | "list"
  | "map"
  | "timestamp"
  | "duration"
  | "optional"
  | "stored value";

export function typeOf(value: Value): TypeName {
  if (value === null) return "null_type";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "string":
      return "string";
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, string | number | bigint | boolean | null>): TypeName {
  if (Array.isArray(value)) return "list";
  if (value instanceof Optional) return "optional";
  if (value instanceof Timestamp) return "timestamp";
  if (value instanceof Duration) return "duration";
  return isReference(value) ? "stored value" : "map";
}

/** A readable name of a value's type, for messages. */
export function describeType(value: Value): string {
  const names: Partial<Record<TypeName, string>> = { null_type: "null", bool: "boolean" };
  const type = typeOf(value);
  if (type === "int" || type === "double") return "number";
  return names[type] ?? type;
}

export function isList(value: Value): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** True for a JSON object; false for a stored value, whose content is elsewhere. */
export function isMap(value: Value): value is JsonObject {
  return typeOf(value) === "map";
}

export function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
