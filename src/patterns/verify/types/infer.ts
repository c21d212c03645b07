import type { JsonObject } from "../../../core/index.ts";
import type { Node } from "../../../expressions/index.ts";
import { lookUp, shapeOf, typesOf, type Shape } from "./json-type.ts";

/** What the names of an expression stand for; nothing for a name about which nothing is known. */
export type Names = (root: string, step: string | undefined) => Shape | undefined;

/** A read that can only fail. */
export interface ImpossibleRead {
  readonly node: Node;
  readonly why: string;
  readonly key: string;
  /** Fields that are there, when it is a field that is not. */
  readonly known: readonly string[];
}

const NUMBER = shapeOf({ type: "number" });
const STRING = shapeOf({ type: "string" });
const BOOLEAN = shapeOf({ type: "boolean" });
const ARRAY = shapeOf({ type: "array" });
const OBJECT = shapeOf({ type: "object" });
const NULL = shapeOf({ type: "null" });

/** What functions give back, as far as it does not depend on what they get. */
const RESULTS: Readonly<Record<string, Shape>> = {
  size: NUMBER,
  int: NUMBER,
  double: NUMBER,
  string: STRING,
  bool: BOOLEAN,
  contains: BOOLEAN,
  startsWith: BOOLEAN,
  endsWith: BOOLEAN,
  matches: BOOLEAN,
  join: STRING,
  lowerAscii: STRING,
  upperAscii: STRING,
  trim: STRING,
  split: ARRAY,
  keys: ARRAY,
  values: ARRAY,
  flatten: ARRAY,
  sum: NUMBER,
  merge: OBJECT,
};

const ARITHMETIC = new Set(["-", "*", "/", "%"]);

/**
 * The shape of an expression's value, as far as the document declares it. Recursive: the parser has bounded the depth of
 * the tree. What is not certain is undefined, never guessed.
 */
export function infer(node: Node, names: Names): Shape | undefined {
  switch (node.op) {
    case "literal":
      return literalShape(node.value);
    case "name":
    case "field":
    case "index":
      return read(node, names).shape;
    case "call":
      return Object.hasOwn(RESULTS, node.name) ? RESULTS[node.name] : undefined;
    case "list":
      return ARRAY;
    case "map":
      return mapShape(node, names);
    case "unary":
      return node.operator === "!" ? BOOLEAN : infer(node.operand, names);
    case "binary":
      return binaryShape(node, names);
    case "condition":
      return common(infer(node.yes, names), infer(node.no, names));
    case "comprehension":
      return node.kind === "map" || node.kind === "filter" ? ARRAY : BOOLEAN;
    case "has":
      return BOOLEAN;
    case "bind":
      return undefined;
  }
}

function literalShape(value: string | number | bigint | boolean | null): Shape {
  if (value === null) return NULL;
  if (typeof value === "string") return STRING;
  return typeof value === "boolean" ? BOOLEAN : NUMBER;
}

function mapShape(node: Extract<Node, { op: "map" }>, names: Names): Shape {
  const properties: Record<string, JsonObject> = {};
  for (const { key, value } of node.entries) {
    if (key.op !== "literal" || typeof key.value !== "string") return OBJECT;
    const shape = infer(value, names);
    // A shape with references of its own cannot be moved into another document.
    properties[key.value] = shape?.schema === shape?.root && shape ? shape.schema : {};
  }
  return shapeOf({ type: "object", properties, additionalProperties: false });
}

function binaryShape(node: Extract<Node, { op: "binary" }>, names: Names): Shape | undefined {
  if (node.operator === "+") return common(infer(node.left, names), infer(node.right, names));
  if (ARITHMETIC.has(node.operator)) {
    // Moments and durations can be subtracted as well; they have no shape.
    const left = typesOf(infer(node.left, names));
    return left?.has("number") === true ? NUMBER : undefined;
  }
  return BOOLEAN;
}

function common(left: Shape | undefined, right: Shape | undefined): Shape | undefined {
  const types = typesOf(left);
  const others = typesOf(right);
  if (types?.size !== 1 || others?.size !== 1) return undefined;
  const [type] = types;
  return type !== undefined && others.has(type) ? shapeOf({ type }) : undefined;
}

export interface Read {
  readonly shape: Shape | undefined;
  readonly impossible?: ImpossibleRead;
  /** A field that its schema allows and does not list: maybe a slip of the finger. */
  readonly unlisted?: {
    readonly node: Node;
    readonly key: string;
    readonly listed: readonly string[];
  };
}

/** Follows a chain such as `steps.build.output.files[0]` as deep as its shape is known. */
export function read(node: Node, names: Names): Read {
  const chain: Node[] = [];
  let base = node;
  while (base.op === "field" || base.op === "index") {
    chain.push(base);
    base = base.target;
  }
  chain.reverse();
  if (base.op !== "name") return { shape: undefined };
  const [first, ...rest] = chain;
  const step = base.name === "steps" && first ? keyOf(first) : undefined;
  if (typeof step === "string") return follow(names(base.name, step), rest);
  return follow(names(base.name, undefined), chain);
}

function follow(start: Shape | undefined, chain: readonly Node[]): Read {
  let shape = start;
  for (const node of chain) {
    const key = keyOf(node);
    if (shape === undefined || key === undefined) return { shape: undefined };
    const next = lookUp(shape, key);
    if ("impossible" in next) {
      const { impossible: why, known } = next;
      return { shape: undefined, impossible: { node, key: String(key), why, known } };
    }
    const { found, listed } = { listed: undefined, ...next };
    if (found === undefined && listed) {
      return { shape: undefined, unlisted: { node, key: String(key), listed } };
    }
    shape = found;
  }
  return { shape };
}

/** The key that a part of a chain reads; nothing when only a run knows it, or when a missing one is fine. */
function keyOf(node: Node): string | number | undefined {
  if (node.op === "field") return node.optional ? undefined : node.name;
  if (node.op !== "index" || node.optional || node.index.op !== "literal") return undefined;
  const { value } = node.index;
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? Number(value) : undefined;
}
