import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { pointTo } from "./pointer.ts";

/** Types as expressions tell them apart; whole and other numbers mix freely. */
export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** A JSON Schema and the document its references point into. */
export interface Shape {
  readonly schema: JsonObject;
  readonly root: JsonObject;
}

export function shapeOf(schema: JsonObject): Shape {
  return { schema, root: schema };
}

/** Keywords that let a value be of one of several kinds, which this does not follow. */
const BRANCHING = ["anyOf", "oneOf", "allOf", "if", "not"] as const;

/** Resolves `$ref`; a chain that is longer than this goes round, which another rule reports. */
const MOST_REFERENCES = 32;

export function dereference(shape: Shape): Shape | undefined {
  if (shape.schema["$ref"] === undefined) return shape;
  let { schema } = shape;
  for (let hops = 0; hops < MOST_REFERENCES; hops += 1) {
    const ref = schema["$ref"];
    if (typeof ref !== "string") return { schema, root: shape.root };
    const target = pointTo(shape.root, ref);
    if (target === undefined) return undefined;
    schema = target;
  }
  return undefined;
}

/** The types a value of this shape can have; nothing when it can be anything. */
export function typesOf(shape: Shape | undefined): ReadonlySet<JsonType> | undefined {
  const found = shape && dereference(shape);
  if (found === undefined) return undefined;
  const { schema } = found;
  if (schema["const"] !== undefined) return new Set([typeOfValue(schema["const"])]);
  if (isJsonArray(schema["enum"])) return new Set(schema["enum"].map(typeOfValue));
  const { type } = schema;
  if (typeof type === "string") return typeSet([type]);
  if (isJsonArray(type)) return typeSet(type);
  return undefined;
}

function typeSet(names: readonly JsonValue[]): ReadonlySet<JsonType> | undefined {
  const types = names.map((name) => NAMES.get(name));
  return types.includes(undefined)
    ? undefined
    : new Set(types.filter((type) => type !== undefined));
}

const NAMES: ReadonlyMap<JsonValue, JsonType> = new Map<JsonValue, JsonType>([
  ["null", "null"],
  ["boolean", "boolean"],
  ["integer", "number"],
  ["number", "number"],
  ["string", "string"],
  ["array", "array"],
  ["object", "object"],
]);

export function typeOfValue(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (isJsonArray(value)) return "array";
  if (isJsonObject(value)) return "object";
  if (typeof value === "string") return "string";
  return typeof value === "number" ? "number" : "boolean";
}

export type Lookup =
  | { readonly found: Shape }
  /** Nothing is known about it. `listed` are the parts that are, where it is not among them. */
  | { readonly found: undefined; readonly listed?: readonly string[] }
  /** A value of this shape never has such a part. */
  | { readonly impossible: string; readonly known: readonly string[] };

/** Looks one step deeper into a shape. */
export function lookUp(shape: Shape, key: string | number): Lookup {
  const here = dereference(shape);
  if (here === undefined || BRANCHING.some((word) => here.schema[word] !== undefined)) {
    return { found: undefined };
  }
  const inside = typeof key === "number" ? "array" : "object";
  const types = here.schema["type"] === inside ? undefined : typesOf(here);
  if (types && !types.has(inside)) {
    // A null there is a matter of guards, not of types.
    const shown = [...types].filter((type) => type !== "null").join(" or ");
    return { impossible: `is ${article(shown)}`, known: [] };
  }
  return typeof key === "number" ? itemOf(here) : propertyOf(here, key);
}

function itemOf({ schema, root }: Shape): Lookup {
  const { items } = schema;
  return {
    found:
      isJsonObject(items) && schema["prefixItems"] === undefined
        ? { schema: items, root }
        : undefined,
  };
}

function propertyOf({ schema, root }: Shape, key: string): Lookup {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (property !== undefined)
    return { found: isJsonObject(property) ? { schema: property, root } : undefined };
  const isClosed =
    schema["additionalProperties"] === false && schema["patternProperties"] === undefined;
  return isClosed
    ? { impossible: `has no "${key}"`, known: Object.keys(properties) }
    : { found: undefined, listed: Object.keys(properties) };
}

function article(text: string): string {
  if (text === "") return "null";
  return /^[aeiou]/.test(text) ? `an ${text}` : `a ${text}`;
}

/** Whether no value fits both. */
export function areDisjoint(
  left: ReadonlySet<JsonType> | undefined,
  right: ReadonlySet<JsonType> | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  return ![...left].some((type) => right.has(type));
}

export function showTypes(types: ReadonlySet<JsonType>): string {
  return [...types].join(" or ");
}
