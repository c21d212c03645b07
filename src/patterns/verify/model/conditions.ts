import type { Node } from "../../../expressions/index.ts";
import type { ConditionDocument } from "../../document.ts";
import { inspectCondition } from "./readings.ts";

/** What is known of a condition without running anything. */
export interface Condition {
  /** The value, when it is always the same. */
  readonly constant?: boolean;
  /**
   * The test with its outermost negations taken off, so that a condition and its opposite share a `key`. Absent when the
   * value may change between two evaluations (it reads `state` or `session`) or when the test is constant.
   */
  readonly key?: string;
  readonly isNegated: boolean;
  /** For a test `x == literal`: what is compared and with which value. Two different values exclude each other. */
  readonly equals?: { readonly subject: string; readonly value: string };
}

/** Names whose value does not change while a run goes on, once it can be read. */
const LASTING = new Set(["input", "steps", "run"]);

const UNKNOWN: Condition = { isNegated: false };

export function analyzeCondition(condition: ConditionDocument | undefined): Condition {
  if (condition === undefined) return { constant: true, isNegated: false };
  if (typeof condition === "boolean") return { constant: condition, isNegated: false };
  const parsed = inspectCondition(condition);
  if (parsed?.node === undefined) return UNKNOWN;
  const constant = constantOf(parsed.node);
  if (constant !== undefined) return { constant, isNegated: false };
  if (!parsed.references.every(({ root }) => LASTING.has(root))) return UNKNOWN;
  return testOf(parsed.node, parsed.source);
}

/** Whether two conditions can never hold in one run. */
export function exclude(left: Condition, right: Condition): boolean {
  if (left.key !== undefined && left.key === right.key && left.isNegated !== right.isNegated)
    return true;
  return (
    left.equals !== undefined &&
    left.equals.subject === right.equals?.subject &&
    left.equals.value !== right.equals.value
  );
}

function testOf(root: Node, source: string): Condition {
  let node = root;
  let isNegated = false;
  while (node.op === "unary" && node.operator === "!") {
    isNegated = !isNegated;
    node = node.operand;
  }
  const { key, flips, equals } = normalize(node, source);
  const negated = isNegated !== flips;
  return { key, isNegated: negated, ...(equals && !negated ? { equals } : {}) };
}

interface Normal {
  readonly key: string;
  readonly flips: boolean;
  readonly equals?: Condition["equals"];
}

/** `a != b` is the opposite of `a == b`, and blanks mean nothing outside of strings. */
function normalize(node: Node, source: string): Normal {
  if (node.op !== "binary" || (node.operator !== "==" && node.operator !== "!=")) {
    return { key: textOf(node, source), flips: false };
  }
  const left = textOf(node.left, source);
  const right = textOf(node.right, source);
  const key = `${left} == ${right}`;
  const flips = node.operator === "!=";
  if (node.right.op === "literal")
    return { key, flips, equals: { subject: left, value: literal(node.right) } };
  if (node.left.op === "literal")
    return { key, flips, equals: { subject: right, value: literal(node.left) } };
  return { key, flips };
}

function literal(node: Node): string {
  if (node.op !== "literal") return "";
  const { value } = node;
  // 1 and 1.0 are equal, though one is a bigint.
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function textOf(node: Node, source: string): string {
  const text = source.slice(node.start, node.end);
  return /["']/.test(text) ? text.trim() : text.replaceAll(/\s+/g, "");
}

/** The value of a test that names nothing. The parser has bounded the depth of the tree. */
function constantOf(node: Node): boolean | undefined {
  if (node.op === "literal") return typeof node.value === "boolean" ? node.value : undefined;
  if (node.op === "unary" && node.operator === "!") {
    const inner = constantOf(node.operand);
    return inner === undefined ? undefined : !inner;
  }
  return node.op === "binary" && (node.operator === "&&" || node.operator === "||")
    ? constantOfBoth(node, node.operator === "||")
    : undefined;
}

/** `decisive` is the value of one side that settles the whole. */
function constantOfBoth(
  node: { readonly left: Node; readonly right: Node },
  decisive: boolean,
): boolean | undefined {
  const left = constantOf(node.left);
  const right = constantOf(node.right);
  if (left === decisive || right === decisive) return decisive;
  return left === undefined || right === undefined ? undefined : !decisive;
}
