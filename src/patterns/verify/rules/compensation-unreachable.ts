import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Rule } from "../rule.ts";

export const compensationUnreachable: Rule = {
  code: "compensation-unreachable",
  severity: "warning",
  summary: "A compensation that can never run.",
  *check(model) {
    const last = lastOf(model);
    for (const step of model.steps) {
      if (step.step.compensate === undefined) continue;
      const why = whyNever(model, step, last);
      if (why === undefined) continue;
      yield {
        path: [...step.path, "compensate"],
        message: `The compensation of "${step.id}" can never run: ${why}`,
        hint: "Remove it, or move it to the step whose effect has to be undone.",
      };
    }
  },
};

function whyNever(model: Model, step: StepNode, last: StepNode | undefined): string | undefined {
  const { compensate, fallback } = step.step;
  if (model.fates.get(step)?.canStart === false) return "the step itself never runs";
  if (step.kind === "stop") return "a `stop` ends the run, and a run that ended well is not undone";
  if (compensate?.when !== "succeeded") return undefined;
  if (step.kind === "fail" && fallback === undefined) return "a `fail` step never succeeds";
  // Once it has succeeded the run has, unless a hook or another branch goes wrong: and there is neither.
  const isLast = step === last && model.hooks.length === 0;
  return isLast
    ? "it runs only after the step succeeded, and then nothing is left that could fail"
    : undefined;
}

/** Joins that let a step begin only when everything before it is settled. */
const PATIENT: readonly unknown[] = [undefined, "all", "noneFailed", "done"];

/** The one step of the top scope that runs after all others are settled, when there is one. */
function lastOf(model: Model): StepNode | undefined {
  if (model.document.output !== undefined) return undefined;
  const top = model.top.steps;
  if (!top.every(({ step }) => PATIENT.includes(step.join))) return undefined;
  const needed = new Set(model.edges.map((edge) => edge.from));
  const ends = top.filter((step) => !needed.has(step));
  return ends.length === 1 ? ends[0] : undefined;
}
