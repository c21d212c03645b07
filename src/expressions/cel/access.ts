import type { FieldNode, IndexNode, Node } from "./ast.ts";
import type { Context } from "./context.ts";
import { refuseStored } from "./compare.ts";
import { withArticle } from "./operators.ts";
import { isList, isMap, isNumber, Optional, type Value } from "./values.ts";

/**
 * Reads `key` of an evaluated target.
 * @returns undefined when the target is a container without that key, or null
 * @throws ExpressionError when the target is no container at all
 */
function lookUp(context: Context, node: FieldNode | IndexNode, target: Value, key: Value) {
  refuseStored(context, target);
  if (target === null) return undefined;
  if (isMap(target)) {
    const name = typeof key === "string" ? key : keyText(context, node, key);
    return Object.hasOwn(target, name) ? target[name] : undefined;
  }
  if (isList(target)) {
    if (!isNumber(key))
      throw context.failure(
        "type-mismatch",
        `${context.textOf(node.target)} is a list, which ${describeKey(key)} cannot index`,
        { hint: "index it with a number, or use map() to read a field of every item" },
      );
    return target[Number(key)];
  }
  throw context.failure(
    "type-mismatch",
    `${context.textOf(node.target)} is ${withArticle(target)}, which has no fields`,
  );
}

/** Evaluates `target.key` or `target[key]`, optional or not. */
export function access(
  context: Context,
  node: FieldNode | IndexNode,
  target: Value,
  key: Value,
): Value {
  if (node.optional || target instanceof Optional) {
    const inner = target instanceof Optional ? target.value : target;
    if (inner === undefined) return new Optional(undefined);
    return new Optional(lookUp(context, node, inner, key));
  }
  const found = lookUp(context, node, target, key);
  if (found !== undefined) return found;
  throw missing(context, node, target, key);
}

/** `has(target.key)`: an unset target has nothing, which is what the question is about. */
export function hasKey(
  context: Context,
  node: FieldNode | IndexNode,
  target: Value,
  key: Value,
): boolean {
  const inner = target instanceof Optional ? target.value : target;
  return inner !== undefined && lookUp(context, node, inner, key) !== undefined;
}

function missing(context: Context, node: FieldNode | IndexNode, target: Value, key: Value): Error {
  const place = context.textOf(node.target);
  const field = describeKey(key);
  const safe = `guard it with has(${context.textOf(node)}), or read it with ${guardedText(node, place, field)}`;
  if (target === null)
    return context.failure("null-read", `${place} is null, so it has no field ${field}`, {
      hint: `${safe}; a step that was skipped or failed reads as null`,
    });
  if (isList(target))
    return context.failure(
      "index-out-of-range",
      `${place} has ${target.length} items, so there is no item ${field}`,
      { hint: "test size() first" },
    );
  return context.failure("missing-field", `${place} has no field ${field}${fieldsOf(target)}`, {
    hint: safe,
  });
}

function guardedText(node: FieldNode | IndexNode, place: string, field: string): string {
  const read = node.op === "field" ? `${place}.?${node.name}` : `${place}[?${field}]`;
  return `${read}.orValue(null)`;
}

function describeKey(key: Value): string {
  if (typeof key === "string") return JSON.stringify(key.slice(0, 80));
  return isNumber(key) || typeof key === "boolean" ? String(key) : withArticle(key);
}

const SHOWN_FIELDS = 12;

function fieldsOf(target: Value): string {
  if (!isMap(target)) return "";
  const names = Object.keys(target);
  if (names.length === 0) return " (it is empty)";
  const more = names.length > SHOWN_FIELDS ? ", ..." : "";
  return ` (it has ${names.slice(0, SHOWN_FIELDS).join(", ").slice(0, 300)}${more})`;
}

function keyText(context: Context, node: Node, key: Value): string {
  if (isNumber(key) || typeof key === "boolean") return String(key);
  throw context.failure(
    "type-mismatch",
    `${context.textOf(node)}: the key of a map is text, not ${withArticle(key)}`,
  );
}
