import type { JsonValue } from "../../core/index.ts";
import type { ExpressionError } from "../error.ts";
import type { ExpressionScope } from "../template.ts";
import { access, hasKey } from "./access.ts";
import type {
  BinaryNode,
  BindNode,
  CallNode,
  ComprehensionNode,
  FieldNode,
  HasNode,
  IndexNode,
  ListNode,
  MapNode,
  NameNode,
  Node,
  UnaryNode,
} from "./ast.ts";
import { evaluateComprehension } from "./comprehension.ts";
import { isRecoverable, type Context, type Variables } from "./context.ts";
import { findFunction } from "./functions.ts";
import { applyBinary, negate, requireBoolean, withArticle } from "./operators.ts";
import { toJson } from "./to-json.ts";
import { Optional, type Value } from "./values.ts";

/** Evaluates a syntax tree. Recursive: the parser has bounded its depth. @throws ExpressionError */
export function evaluateNode(
  context: Context,
  node: Node,
  variables: Variables | undefined,
): Value {
  context.spend(1);
  switch (node.op) {
    case "literal":
      return node.value;
    case "name":
      return readName(context, node, variables);
    case "field":
    case "index":
      return access(
        context,
        node,
        evaluateNode(context, node.target, variables),
        keyOf(context, node, variables),
      );
    case "call":
      return call(context, node, variables);
    case "binary":
      return evaluateBinary(context, node, variables);
    case "unary":
      return evaluateUnary(context, node, variables);
    case "condition":
      return requireBoolean(context, node.test, evaluateNode(context, node.test, variables))
        ? evaluateNode(context, node.yes, variables)
        : evaluateNode(context, node.no, variables);
    default:
      return evaluateCompound(context, node, variables);
  }
}

function evaluateCompound(
  context: Context,
  node: ListNode | MapNode | HasNode | ComprehensionNode | BindNode,
  variables: Variables | undefined,
): Value {
  switch (node.op) {
    case "list":
      return buildList(context, node, variables);
    case "map":
      return buildMap(context, node, variables);
    case "has":
      return evaluateHas(context, node, variables);
    case "comprehension":
      return evaluateComprehension(context, node, variables, evaluateNode);
    case "bind": {
      const value = evaluateNode(context, node.value, variables);
      const inner = { name: node.variable, value, outer: variables };
      return evaluateNode(context, node.body, inner);
    }
  }
}

function evaluateUnary(
  context: Context,
  { operator, operand: node }: UnaryNode,
  variables: Variables | undefined,
): Value {
  const operand = evaluateNode(context, node, variables);
  return operator === "-"
    ? negate(context, node, operand)
    : !requireBoolean(context, node, operand);
}

function readName(context: Context, node: NameNode, variables: Variables | undefined): Value {
  for (let at = variables; at !== undefined; at = at.outer)
    if (at.name === node.name) return at.value;
  const value = readRoot(context.scope, node.name);
  if (value !== undefined) return value;
  throw context.failure("unknown-name", `${node.name} is not set here`, {
    hint: `here there are ${Object.keys(context.scope).join(", ")}`,
  });
}

const TYPES = new Set([
  "null_type",
  "bool",
  "int",
  "double",
  "string",
  "list",
  "map",
  "timestamp",
  "duration",
]);

function readRoot(scope: ExpressionScope, name: string): JsonValue | undefined {
  const key = name === "result" ? "output" : name;
  if (Object.hasOwn(scope, key)) return (scope as Readonly<Record<string, JsonValue>>)[key]; // as: every field of a scope is JSON
  return TYPES.has(name) ? name : undefined;
}

function keyOf(
  context: Context,
  node: FieldNode | IndexNode,
  variables: Variables | undefined,
): Value {
  return node.op === "field" ? node.name : evaluateNode(context, node.index, variables);
}

function evaluateHas(context: Context, node: HasNode, variables: Variables | undefined): boolean {
  const { target } = node;
  const inner = target.target;
  // A missing link on the way makes the answer no, and not an error: that is what the author asks.
  if (
    (inner.op === "field" || inner.op === "index") &&
    !evaluateHas(context, { ...node, target: inner }, variables)
  )
    return false;
  const value = evaluateNode(context, inner, variables);
  return hasKey(context, target, value, keyOf(context, target, variables));
}

function call(context: Context, node: CallNode, variables: Variables | undefined): Value {
  const known = findFunction(node.name);
  if (known === undefined) throw context.failure("invalid-argument", `No function ${node.name}()`);
  if (node.name === "orValue" || node.name === "or") return orElse(context, node, variables);
  const args = node.args.map((arg) => evaluateNode(context, arg, variables));
  return known.apply(context, args, node);
}

/** `x.orValue(y)` and `x.or(y)` leave y alone when x is there. */
function orElse(context: Context, node: CallNode, variables: Variables | undefined): Value {
  const [target, other] = node.args;
  if (target === undefined || other === undefined)
    throw context.failure("invalid-argument", `${node.name}() takes one value`);
  const value = evaluateNode(context, target, variables);
  if (!(value instanceof Optional))
    throw context.failure(
      "type-mismatch",
      `${context.textOf(target)} is ${withArticle(value)}, not an optional`,
      { hint: "read it with .? to get an optional" },
    );
  if (value.value === undefined) return evaluateNode(context, other, variables);
  return node.name === "or" ? value : value.value;
}

function evaluateBinary(
  context: Context,
  node: BinaryNode,
  variables: Variables | undefined,
): Value {
  if (node.operator === "&&") return evaluateLogic(context, node, false, variables);
  if (node.operator === "||") return evaluateLogic(context, node, true, variables);
  const left = evaluateNode(context, node.left, variables);
  return applyBinary(context, node, left, evaluateNode(context, node.right, variables));
}

/** CEL's logic: one side that decides is enough, even when the other one fails. */
function evaluateLogic(
  context: Context,
  node: BinaryNode,
  decisive: boolean,
  variables: Variables | undefined,
): boolean {
  let leftError: ExpressionError | undefined;
  try {
    const left = evaluateNode(context, node.left, variables);
    if (requireBoolean(context, node.left, left) === decisive) return decisive;
  } catch (error) {
    if (!isRecoverable(error)) throw error;
    leftError = error;
  }
  const right = evaluateNode(context, node.right, variables);
  if (requireBoolean(context, node.right, right) === decisive) return decisive;
  if (leftError !== undefined) throw leftError;
  return !decisive;
}

function buildList(context: Context, node: ListNode, variables: Variables | undefined): Value {
  const items: JsonValue[] = [];
  for (const item of node.items) {
    const value = evaluateNode(context, item.value, variables);
    if (item.optional && value instanceof Optional && value.value === undefined) continue;
    items.push(toJson(context, value));
  }
  return items;
}

function buildMap(context: Context, node: MapNode, variables: Variables | undefined): Value {
  const entries: [string, JsonValue][] = [];
  for (const entry of node.entries) {
    const key = evaluateNode(context, entry.key, variables);
    const value = evaluateNode(context, entry.value, variables);
    if (entry.optional && value instanceof Optional && value.value === undefined) continue;
    if (typeof key === "object")
      throw context.failure(
        "type-mismatch",
        `${context.textOf(entry.key)} is ${withArticle(key)}; the key of a map is text`,
      );
    entries.push([String(key), toJson(context, value)]);
  }
  // fromEntries defines properties, so a key named __proto__ is a key like any other.
  return Object.fromEntries(entries);
}
