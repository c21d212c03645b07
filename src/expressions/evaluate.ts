import type { JsonValue } from "../core/index.ts";
import type { Node } from "./cel/ast.ts";
import { refuseStored } from "./cel/compare.ts";
import { Budget, Context } from "./cel/context.ts";
import { evaluateNode } from "./cel/evaluate.ts";
import { checkTextLength } from "./cel/operators.ts";
import { checkResult, toJson } from "./cel/to-json.ts";
import { ExpressionError } from "./error.ts";
import { readExpression } from "./parse-expression.ts";
import type { Expression, ExpressionScope, Template } from "./template.ts";

/**
 * Fills in a template. All its expressions share one budget of work.
 * @throws ExpressionError
 */
export function evaluate(template: Template, scope: ExpressionScope): JsonValue {
  return fill(template, scope, new Budget());
}

/** Evaluates one expression, given as its source or as compiled. @throws ExpressionError */
export function evaluateExpression(
  expression: string | Expression,
  scope: ExpressionScope,
): JsonValue {
  const source = typeof expression === "string" ? expression : expression.expr;
  return compute(source, scope, new Budget());
}

/**
 * Evaluates a condition.
 * @throws ExpressionError when it gives anything but a boolean: what counts as true is never guessed
 */
export function evaluateCondition(
  condition: Expression | { readonly lit: JsonValue },
  scope: ExpressionScope,
): boolean {
  const source = "lit" in condition ? JSON.stringify(condition.lit) : condition.expr;
  const value = "lit" in condition ? condition.lit : evaluateExpression(condition, scope);
  if (typeof value === "boolean") return value;
  const shown = (JSON.stringify(value) as string | undefined) ?? "nothing"; // as: a broken scope may hold undefined
  throw new Context(source, scope, new Budget()).failure(
    "type-mismatch",
    `A condition must be true or false, got ${shown.slice(0, 80)}`,
    { hint: "compare it, as in x == true or x != null" },
  );
}

/** Recursive: `parseTemplate` has bounded the depth. */
function fill(template: Template, scope: ExpressionScope, budget: Budget): JsonValue {
  if ("lit" in template) return template.lit;
  if ("expr" in template) return compute(template.expr, scope, budget);
  if ("concat" in template) return interpolate(template.concat, scope, budget);
  if ("list" in template) return template.list.map((item) => fill(item, scope, budget));
  const entries = Object.entries(template.map);
  return Object.fromEntries(entries.map(([key, item]) => [key, fill(item, scope, budget)]));
}

function interpolate(parts: readonly Template[], scope: ExpressionScope, budget: Budget): string {
  const texts: string[] = [];
  let length = 0;
  for (const part of parts) {
    const value = fill(part, scope, budget);
    const context = new Context("expr" in part ? part.expr : "", scope, budget);
    refuseStored(context, value);
    if (typeof value === "object") checkResult(context, value);
    const text = toText(value);
    length += text.length;
    checkTextLength(context, length);
    texts.push(text);
  }
  return texts.join("");
}

/** A value inside text: null is nothing, text is itself, anything else is JSON. */
export function toText(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function compute(source: string, scope: ExpressionScope, budget: Budget): JsonValue {
  const { node, issues } = readExpression(source);
  const context = new Context(source, scope, budget);
  const [issue] = issues;
  if (issue !== undefined)
    throw new ExpressionError(issue.code, source, issue.message, {
      hint: issue.hint,
      at: issue.start,
    });
  const value = toJson(context, evaluateNode(context, node, undefined));
  if (!isSelection(node)) checkResult(context, value);
  return value;
}

/** True for a plain path such as `steps.a.output.b`: its value is part of the scope, hence no larger than that. */
function isSelection(node: Node): boolean {
  let base = node;
  while (base.op === "field" || base.op === "index") base = base.target;
  return base.op === "name";
}
