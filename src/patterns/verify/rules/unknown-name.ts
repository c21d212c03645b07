import type { StepDocument } from "../../document.ts";
import { scopesAround } from "../model/step-node.ts";
import type { ExpressionAt } from "../model/readings.ts";
import type { Finding, Rule } from "../rule.ts";
import { PARAMETERS } from "./parameters.ts";
import { problemsOf } from "./expression-problems.ts";

export const unknownName: Rule = {
  code: "unknown-name",
  severity: "error",
  summary: "An expression reads a name that does not exist, or not where the expression stands.",
  *check(model) {
    yield* problemsOf(model, "unknown-name", isNoParameter);
    for (const expression of model.expressions) {
      for (const root of new Set(expression.references.map((reference) => reference.root))) {
        const absence = absenceOf(root, expression);
        if (absence !== undefined) yield absence;
      }
    }
  },
};

/** Template parameters have a rule of their own. */
function isNoParameter(expression: ExpressionAt, start: number): boolean {
  return !expression.references.some(
    (reference) => reference.root === PARAMETERS && reference.start === start,
  );
}

interface Absence {
  readonly message: string;
  readonly hint: string;
}

function absenceOf(root: string, expression: ExpressionAt): Finding | undefined {
  const { owner, path } = expression;
  const who = owner ? `Step "${owner.id}"` : "The pattern";
  const absence = NAMES[root]?.(expression);
  return (
    absence && { path, message: `${who} reads \`${root}\` ${absence.message}`, hint: absence.hint }
  );
}

/** The names that exist in some places only, and what to say elsewhere. */
const NAMES: Readonly<Record<string, (expression: ExpressionAt) => Absence | undefined>> = {
  item: withoutForeach,
  index: withoutForeach,
  iteration: withoutLoop,
  event: withoutEvent,
};

function withoutForeach(expression: ExpressionAt): Absence | undefined {
  const { site, owner } = expression;
  if (site.seesItem || isInside(expression, (step) => step.foreach !== undefined)) return undefined;
  return owner?.step.foreach === undefined
    ? {
        message: "where there is no foreach",
        hint: "`item` and `index` exist in a step with `foreach` and in the steps nested in it.",
      }
    : {
        message: "where there is no item yet",
        hint: "This is evaluated once, before `foreach` expands. To filter items use `foreach.when`.",
      };
}

function withoutLoop(expression: ExpressionAt): Absence | undefined {
  const { site, owner } = expression;
  if (owner?.kind === "loop" && site.moment === "inside") return undefined;
  if (isInside(expression, (step) => step.loop !== undefined)) return undefined;
  return {
    message: "outside of a loop",
    hint: "`iteration` exists in the steps of a `loop` and in its `while` and `until`.",
  };
}

function withoutEvent(expression: ExpressionAt): Absence | undefined {
  if (expression.site.seesEvent) return undefined;
  if (isInside(expression, (step) => step.on !== undefined)) return undefined;
  return {
    message: "where there is none",
    hint: "`event` exists in `waitFor.match`, in the conditions of hooks and triggers, and in steps with `on`.",
  };
}

function isInside({ owner }: ExpressionAt, test: (step: StepDocument) => boolean): boolean {
  if (owner === undefined) return false;
  for (const scope of scopesAround(owner)) {
    if (scope.owner && test(scope.owner.step)) return true;
  }
  return false;
}
