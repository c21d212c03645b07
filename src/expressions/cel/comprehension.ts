import type { JsonValue } from "../../core/index.ts";
import type { ExpressionError } from "../error.ts";
import type { ComprehensionNode, Node } from "./ast.ts";
import { refuseStored } from "./compare.ts";
import { isRecoverable, type Context, type Variables } from "./context.ts";
import { requireBoolean, withArticle } from "./operators.ts";
import { toJson } from "./to-json.ts";
import { isList, isMap, type Value } from "./values.ts";

/** The evaluator, handed in so that the two files do not import each other. */
type Evaluate = (context: Context, node: Node, variables: Variables | undefined) => Value;

/** `all`, `exists`, `exists_one`, `filter` and `map`, over a list or the keys of a map. */
export function evaluateComprehension(
  context: Context,
  node: ComprehensionNode,
  variables: Variables | undefined,
  evaluate: Evaluate,
): Value {
  const items = itemsOf(context, node, evaluate(context, node.target, variables));
  const bind = (value: Value): Variables => ({ name: node.variable, value, outer: variables });
  const holds = (item: JsonValue): boolean =>
    requireBoolean(context, node.body, evaluate(context, node.body, bind(item)));
  switch (node.kind) {
    case "all":
      return decide(items, holds, false);
    case "exists":
      return decide(items, holds, true);
    case "exists_one":
      return items.filter(holds).length === 1;
    case "filter":
      return items.filter(holds);
    case "map":
      return transform(context, node, items, bind, evaluate);
  }
}

function itemsOf(context: Context, node: ComprehensionNode, target: Value): readonly JsonValue[] {
  refuseStored(context, target);
  if (isList(target)) return target;
  if (isMap(target)) return Object.keys(target);
  const place = context.textOf(node.target);
  if (target === null)
    throw context.failure(
      "null-read",
      `${place} is null, so ${node.kind}() has nothing to go through`,
      {
        hint: "test it with == null first",
      },
    );
  throw context.failure(
    "type-mismatch",
    `${node.kind}() goes through a list or a map; ${place} is ${withArticle(target)}`,
  );
}

/** One item that decides is enough, even when another one fails. */
function decide(
  items: readonly JsonValue[],
  holds: (item: JsonValue) => boolean,
  decisive: boolean,
): boolean {
  let firstError: ExpressionError | undefined;
  for (const item of items) {
    try {
      if (holds(item) === decisive) return decisive;
    } catch (error) {
      if (!isRecoverable(error)) throw error;
      firstError ??= error;
    }
  }
  if (firstError !== undefined) throw firstError;
  return !decisive;
}

function transform(
  context: Context,
  node: ComprehensionNode,
  items: readonly JsonValue[],
  bind: (value: Value) => Variables,
  evaluate: Evaluate,
): Value {
  const results: JsonValue[] = [];
  for (const item of items) {
    const variables = bind(item);
    if (node.filter !== undefined) {
      const kept = evaluate(context, node.filter, variables);
      if (!requireBoolean(context, node.filter, kept)) continue;
    }
    results.push(toJson(context, evaluate(context, node.body, variables)));
  }
  return results;
}
