import type { JsonValue } from "../../core/index.ts";
import type { BinaryNode, BinaryOperator, Node } from "./ast.ts";
import { compare, isEqual, refuseStored } from "./compare.ts";
import { MAX_TEXT, type Context } from "./context.ts";
import {
  describeType,
  Duration,
  isList,
  isMap,
  isNumber,
  Timestamp,
  type Value,
} from "./values.ts";

const MAX_INT = 9223372036854775807n;
const MIN_INT = -9223372036854775808n;

type Arithmetic = Exclude<BinaryOperator, "&&" | "||">;

/** Applies an operator to two evaluated operands. `&&` and `||` are the evaluator's, because they may skip one. */
export function applyBinary(context: Context, node: BinaryNode, left: Value, right: Value): Value {
  const operator = node.operator as Arithmetic; // as: the evaluator has handled && and ||
  switch (operator) {
    case "==":
      return isEqual(context, left, right);
    case "!=":
      return !isEqual(context, left, right);
    case "in":
      return isIn(context, node, left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return isOrdered(context, node, operator, left, right);
    default:
      return calculate(context, node, operator, left, right);
  }
}

export function negate(context: Context, node: Node, value: Value): Value {
  if (typeof value === "bigint") return checkInt(context, -value);
  if (typeof value === "number") return -value;
  throw context.failure(
    "type-mismatch",
    `${context.textOf(node)} is ${withArticle(value)}, not a number`,
  );
}

function isIn(context: Context, node: BinaryNode, left: Value, right: Value): boolean {
  refuseStored(context, right);
  if (isList(right)) return right.some((item) => isEqual(context, left, item));
  if (isMap(right))
    return Object.hasOwn(
      right,
      typeof left === "string" ? left : String(toKey(context, node, left)),
    );
  throw mismatch(context, node, left, right, "the right side of `in` is a list or a map");
}

function toKey(context: Context, node: BinaryNode, value: Value): number | bigint | boolean {
  if (isNumber(value) || typeof value === "boolean") return value;
  throw context.failure(
    "type-mismatch",
    `${context.textOf(node.left)} is ${withArticle(value)}; the key of a map is text`,
  );
}

function isOrdered(
  context: Context,
  node: BinaryNode,
  operator: "<" | "<=" | ">" | ">=",
  left: Value,
  right: Value,
): boolean {
  const order = compare(left, right);
  if (order === undefined) throw mismatch(context, node, left, right);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function calculate(
  context: Context,
  node: BinaryNode,
  operator: "+" | "-" | "*" | "/" | "%",
  left: Value,
  right: Value,
): Value {
  if (typeof left === "bigint" && typeof right === "bigint")
    return calculateInt(context, node, operator, left, right);
  if (isNumber(left) && isNumber(right))
    return calculateDouble(context, node, operator, Number(left), Number(right));
  const time = calculateTime(operator, left, right);
  if (time !== undefined) return time;
  if (operator === "+") return add(context, node, left, right);
  throw mismatch(context, node, left, right);
}

function calculateInt(
  context: Context,
  node: BinaryNode,
  operator: "+" | "-" | "*" | "/" | "%",
  left: bigint,
  right: bigint,
): bigint {
  switch (operator) {
    case "+":
      return checkInt(context, left + right);
    case "-":
      return checkInt(context, left - right);
    case "*":
      return checkInt(context, left * right);
    default:
      if (right === 0n) throw divisionByZero(context, node);
      return checkInt(context, operator === "/" ? left / right : left % right);
  }
}

function calculateDouble(
  context: Context,
  node: BinaryNode,
  operator: "+" | "-" | "*" | "/" | "%",
  left: number,
  right: number,
): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    default:
      // JSON has neither infinity nor NaN, so an error here is clearer than one at the end.
      if (right === 0) throw divisionByZero(context, node);
      return operator === "/" ? left / right : left % right;
  }
}

function calculateTime(operator: string, left: Value, right: Value): Value | undefined {
  if (operator !== "+" && operator !== "-") return undefined;
  if (right instanceof Duration) return shift(left, operator === "+" ? right.ms : -right.ms);
  if (!(right instanceof Timestamp)) return undefined;
  if (operator === "-")
    return left instanceof Timestamp ? new Duration(left.ms - right.ms) : undefined;
  return left instanceof Duration ? new Timestamp(left.ms + right.ms) : undefined;
}

function shift(value: Value, ms: number): Value | undefined {
  if (value instanceof Duration) return new Duration(value.ms + ms);
  return value instanceof Timestamp ? new Timestamp(value.ms + ms) : undefined;
}

function add(context: Context, node: BinaryNode, left: Value, right: Value): Value {
  if (typeof left === "string" && typeof right === "string") {
    checkTextLength(context, left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    context.spend(left.length + right.length);
    return [...left, ...right] satisfies JsonValue[];
  }
  const hint =
    typeof left === "string" || typeof right === "string"
      ? "turn the other side into text with string(...)"
      : isMap(left) && isMap(right)
        ? "join maps with merge(a, b)"
        : undefined;
  throw mismatch(context, node, left, right, hint);
}

/** Texts cost a share of their length, because building and comparing them takes time in proportion. */
export function checkTextLength(context: Context, length: number): void {
  context.spend(1 + length / 64);
  if (length > MAX_TEXT)
    throw context.failure("too-much-work", `The text would have ${length} characters`, {
      hint: `${MAX_TEXT} is the most`,
    });
}

export function checkInt(context: Context, value: bigint): bigint {
  if (value <= MAX_INT && value >= MIN_INT) return value;
  throw context.failure("integer-overflow", `${value} does not fit into 64 bits`);
}

function divisionByZero(context: Context, node: BinaryNode): Error {
  return context.failure(
    "division-by-zero",
    `Division by zero: ${context.textOf(node.right)} is 0`,
  );
}

function mismatch(
  context: Context,
  node: BinaryNode,
  left: Value,
  right: Value,
  hint?: string,
): Error {
  refuseStored(context, left);
  refuseStored(context, right);
  const unset = left === null ? node.left : right === null ? node.right : undefined;
  if (unset !== undefined)
    return context.failure(
      "null-read",
      `${context.textOf(unset)} is null, so ${JSON.stringify(node.operator)} cannot use it`,
      { hint: hint ?? "test it with == null first" },
    );
  return context.failure(
    "type-mismatch",
    `${context.textOf(node)} needs values that fit together, got ${describeType(left)} ${node.operator} ${describeType(right)}`,
    hint === undefined ? {} : { hint },
  );
}

export function withArticle(value: Value): string {
  const name = describeType(value);
  if (name === "null") return name;
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** @throws ExpressionError `type-mismatch` naming the text that is no boolean */
export function requireBoolean(context: Context, node: Node, value: Value): boolean {
  if (typeof value === "boolean") return value;
  throw context.failure(
    "type-mismatch",
    `${context.textOf(node)} is ${withArticle(value)}, not true or false`,
    { hint: "compare it, as in x == true or x != null" },
  );
}
