import type { Node } from "../../../expressions/index.ts";
import type { ExpressionAt } from "../model/readings.ts";
import type { Model } from "../model/model.ts";
import type { Finding, Rule } from "../rule.ts";
import { checkTypes, type TypeProblem } from "../types/check-types.ts";
import { infer } from "../types/infer.ts";
import { showTypes, typesOf, type JsonType } from "../types/json-type.ts";
import { isOwnReading, namesFor, type StepShapes } from "../types/step-shapes.ts";

export const expressionType: Rule = {
  code: "expression-type",
  severity: "error",
  summary: "An expression uses a value as a type that it never has.",
  *check(model) {
    const known = new Map<string, readonly TypeProblem[]>();
    for (const expression of model.expressions) {
      if (expression.node === undefined || expression.issues.length > 0) continue;
      for (const problem of problemsOf(model, expression, expression.node, known)) {
        yield {
          path: expression.path,
          message: `${who(expression)}: ${problem.message}`,
          hint: problem.hint,
          // A hook may replace any output by something of another shape.
          ...(problem.isDoubtful || model.hooks.length > 0 ? { severity: "warning" } : {}),
        };
      }
      const wrong = wrongResult(model, expression, model.shapes);
      if (wrong) yield wrong;
    }
  },
};

/** Only `item` and a repeated step itself mean something else in another step, so an expression that many steps write is checked once. */
function problemsOf(
  model: Model,
  { source, owner, references }: ExpressionAt,
  node: Node,
  known: Map<string, readonly TypeProblem[]>,
): readonly TypeProblem[] {
  const isOwn = references.some(({ root, path: [step] }) =>
    root === "item" ? true : root === "steps" && isOwnReading(owner, step),
  );
  const before = isOwn ? undefined : known.get(source);
  if (before !== undefined) return before;
  const problems = checkTypes(source, node, namesFor(model, owner, model.shapes));
  if (!isOwn) known.set(source, problems);
  return problems;
}

/** Conditions are true or false, and foreach goes through a list. */
function wrongResult(
  model: Model,
  expression: ExpressionAt,
  shapes: StepShapes,
): Finding | undefined {
  const { node, site, path, isWhole } = expression;
  const wanted = wantedType(expression);
  if (node === undefined || wanted === undefined) return undefined;
  const types = isWhole
    ? typesOf(infer(node, namesFor(model, expression.owner, shapes)))
    : undefined;
  if (types === undefined || types.has(wanted)) return undefined;
  return {
    path,
    message: `${who(expression)}: ${site.isCondition ? "a condition must be true or false" : "foreach goes through a list"}, and ${expression.source} is ${showTypes(types)}`,
    hint: site.isCondition
      ? 'Compare it, as in `x == true`, `x != ""` or `size(x) > 0`.'
      : "Give a list, as in [x] for a single value.",
  };
}

function wantedType(expression: ExpressionAt): JsonType | undefined {
  if (expression.site.isCondition) return "boolean";
  return isItems(expression) ? "array" : undefined;
}

function isItems({ path, site }: ExpressionAt): boolean {
  return path.length === site.path.length && path.at(-1) === "items" && path.at(-2) === "foreach";
}

function who({ owner }: ExpressionAt): string {
  return owner ? `Step "${owner.id}"` : "The pattern";
}
