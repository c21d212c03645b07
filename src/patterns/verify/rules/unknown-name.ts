import { scopesAround } from "../model/step-node.ts";
import type { ExpressionAt } from "../model/readings.ts";
import type { Finding, Rule } from "../rule.ts";
import { problemsOf } from "./expression-problems.ts";

export const unknownName: Rule = {
  code: "unknown-name",
  severity: "error",
  summary: "An expression reads a name that does not exist, or not where the expression stands.",
  *check(model) {
    yield* problemsOf(model, "unknown-name");
    for (const expression of model.expressions) {
      for (const root of new Set(expression.references.map((reference) => reference.root))) {
        const absence = absenceOf(root, expression);
        if (absence !== undefined) yield absence;
      }
    }
  },
};

function absenceOf(root: string, expression: ExpressionAt): Finding | undefined {
  const { site, owner, path } = expression;
  const who = owner ? `Step "${owner.id}"` : "The pattern";
  if (root === "item" || root === "index") {
    if (site.seesItem || isInside(expression, (step) => step.foreach !== undefined))
      return undefined;
    const isOwn = owner?.step.foreach !== undefined;
    return {
      path,
      message: `${who} reads \`${root}\` where there is no ${isOwn ? "item yet" : "foreach"}`,
      hint: isOwn
        ? "This is evaluated once, before `foreach` expands. To filter items use `foreach.when`."
        : "`item` and `index` exist in a step with `foreach` and in the steps nested in it.",
    };
  }
  if (root === "iteration") {
    if (owner?.kind === "loop" && site.moment === "inside") return undefined;
    if (isInside(expression, (step) => step.loop !== undefined)) return undefined;
    return {
      path,
      message: `${who} reads \`iteration\` outside of a loop`,
      hint: "`iteration` exists in the steps of a `loop` and in its `while` and `until`.",
    };
  }
  if (root === "event" && !site.seesEvent) {
    if (isInside(expression, (step) => step.on !== undefined)) return undefined;
    return {
      path,
      message: `${who} reads \`event\` where there is none`,
      hint: "`event` exists in `waitFor.match`, in the conditions of hooks and triggers, and in steps with `on`.",
    };
  }
  return undefined;
}

function isInside(
  { owner }: ExpressionAt,
  test: (step: {
    readonly foreach?: unknown;
    readonly loop?: unknown;
    readonly on?: unknown;
  }) => boolean,
): boolean {
  if (owner === undefined) return false;
  for (const scope of scopesAround(owner)) {
    if (scope.owner && test(scope.owner.step)) return true;
  }
  return false;
}
