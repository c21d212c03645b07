import { msOf } from "../model/durations.ts";
import type { Model } from "../model/model.ts";
import { scopesAround, type StepNode } from "../model/step-node.ts";
import type { Rule } from "../rule.ts";

export const neverEnds: Rule = {
  code: "never-ends",
  severity: "warning",
  summary: "A step waits without any limit, so a run may never end.",
  *check(model) {
    for (const step of model.steps) {
      const { approval, waitFor } = step.step;
      const kind = approval ? "approval" : "waitFor";
      if (approval === undefined && waitFor === undefined) continue;
      if (isLimited(model, step)) continue;
      const what = approval ? "an answer" : `the event "${waitFor?.event ?? ""}"`;
      yield {
        path: [...step.path, kind],
        message: `Step "${step.id}" waits for ${what} without a limit: without it the run never ends`,
        hint: `Add a \`timeout\` to the ${kind}, or one to \`coordination\`.`,
      };
    }
  },
};

function isLimited(model: Model, step: StepNode): boolean {
  const { approval, waitFor, timeout } = step.step;
  const own = [approval?.timeout, waitFor?.timeout, timeout, model.document.coordination?.timeout];
  if (own.some((duration) => msOf(duration) !== undefined)) return true;
  for (const scope of scopesAround(step)) {
    if (scope.owner && msOf(scope.owner.step.timeout) !== undefined) return true;
  }
  return false;
}
