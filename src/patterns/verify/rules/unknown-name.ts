import type { BodyDocument, StepDocument } from "../../document.ts";
import { scopesAround } from "../model/step-node.ts";
import type { ExpressionAt } from "../model/readings.ts";
import type { Site } from "../model/sites.ts";
import type { Finding, Rule } from "../rule.ts";
import { problemsOf } from "./expression-problems.ts";

export const unknownName: Rule = {
  code: "unknown-name",
  severity: "error",
  summary: "An expression reads a name that does not exist, or not where the expression stands.",
  *check(model) {
    yield* problemsOf(model, "unknown-name");
    for (const expression of model.expressions) {
      const { references } = expression;
      const [only] = references;
      // Most expressions read one name.
      if (only === undefined) continue;
      const roots = references.length === 1 ? [only.root] : distinctRoots(references);
      for (const root of roots) {
        const absence = absenceOf(root, expression);
        if (absence !== undefined) yield absence;
      }
    }
  },
};

function distinctRoots(references: ExpressionAt["references"]): ReadonlySet<string> {
  return new Set(references.map(({ root }) => root));
}

interface Absence {
  readonly message: string;
  readonly hint: string;
}

function absenceOf(root: string, expression: ExpressionAt): Finding | undefined {
  const absence = NAMES.get(root)?.(expression);
  if (absence === undefined) return undefined;
  const { owner, path } = expression;
  const who = owner ? `Step "${owner.id}"` : "The pattern";
  return { path, message: `${who} reads \`${root}\` ${absence.message}`, hint: absence.hint };
}

/** The names that exist in some places only, and what to say elsewhere. */
const NAMES: ReadonlyMap<string, (expression: ExpressionAt) => Absence | undefined> = new Map([
  ["item", withoutForeach],
  ["index", withoutForeach],
  ["iteration", withoutLoop],
  ["event", withoutEvent],
  ["steps", beforeOrBesideRun],
  ["run", beforeOrBesideRun],
  ["input", beforeRun],
  ["state", beforeRun],
  ["session", beforeRun],
  ["output", outsideMapping],
  ["result", outsideMapping],
]);

function beforeOrBesideRun(expression: ExpressionAt): Absence | undefined {
  return insideHook(expression) ?? beforeRun(expression);
}

function beforeRun({ site }: ExpressionAt): Absence | undefined {
  if (site.moment !== "trigger") return undefined;
  return {
    message: "in a trigger, before there is a run",
    hint: "A trigger sees `event`, and nothing else.",
  };
}

/** The raw result of a step, where it is mapped. */
function outsideMapping({ site, owner }: ExpressionAt): Absence | undefined {
  if (owner !== undefined && site.path.at(-1) === "output") return undefined;
  return {
    message: "where nothing has a result yet",
    hint: "`output` and `result` exist in a step's own `output` mapping. Elsewhere read steps.<id>.output.",
  };
}

/** A hook is asked about its event, wherever in the run that happens. */
function insideHook({ site }: ExpressionAt): Absence | undefined {
  if (site.moment !== "hook") return undefined;
  return {
    message: "in the condition of a hook, where it is not there",
    hint: "A hook's `if` sees `event`, `input`, `state` and `session`: the step is `event.step`, the run `event.run`.",
  };
}

function withoutForeach(expression: ExpressionAt): Absence | undefined {
  const { site, owner } = expression;
  if (site.moment === "hook") return insideHook(expression);
  if (site.seesItem || isInside(expression, (_body, step) => step.foreach !== undefined))
    return undefined;
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
  const { site } = expression;
  if (site.moment === "hook") return insideHook(expression);
  if (isLoopCondition(site) || isInside(expression, (body) => body.loop !== undefined))
    return undefined;
  return {
    message: "outside of a loop",
    hint: "`iteration` exists in the steps of a `loop` and in its `while` and `until`.",
  };
}

/** Of the step, its fallback or its compensation. */
function isLoopCondition({ path }: Site): boolean {
  const key = path.at(-1);
  return path.at(-2) === "loop" && (key === "while" || key === "until");
}

function withoutEvent(expression: ExpressionAt): Absence | undefined {
  if (expression.site.seesEvent) return undefined;
  if (isInside(expression, (_body, step) => step.on !== undefined)) return undefined;
  return {
    message: "where there is none",
    hint: "`event` exists in `waitFor.match`, in the conditions of hooks and triggers, and in steps with `on`.",
  };
}

/** Asks the steps around, and of each what it is inside of: the step's own work, its fallback or its compensation. */
function isInside(
  { owner }: ExpressionAt,
  test: (body: BodyDocument, step: StepDocument) => boolean,
): boolean {
  if (owner === undefined) return false;
  for (const { owner: around, part } of scopesAround(owner)) {
    const body = part === "body" ? around?.step : around?.step[part];
    if (around !== undefined && body !== undefined && test(body, around.step)) return true;
  }
  return false;
}
