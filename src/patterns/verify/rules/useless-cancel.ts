import { listOf } from "../model/list-of.ts";
import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Rule } from "../rule.ts";

export const uselessCancel: Rule = {
  code: "useless-cancel",
  severity: "warning",
  summary:
    "`cancels` names a step that cannot be cancelled by then, or that could never run at all.",
  *check(model) {
    for (const step of model.steps) {
      for (const { value, path } of listOf(step.step.cancels)) {
        const target = model.byId.get(value)?.[0];
        const why = target && whyUseless(model, step, target);
        if (why === undefined) continue;
        yield {
          path: [...step.path, "cancels", ...path],
          message: `Step "${step.id}" cancels "${value}", ${why.message}`,
          hint: why.hint,
        };
      }
    }
  },
};

interface Reason {
  readonly message: string;
  readonly hint: string;
}

function whyUseless(model: Model, step: StepNode, target: StepNode): Reason | undefined {
  if (target === step) {
    return { message: "which is itself and has succeeded by then", hint: "Remove it." };
  }
  if (target.scope !== step.scope) {
    return {
      message: "which is in another scope",
      hint: "Cancel the step of its own scope that holds it.",
    };
  }
  if (model.needsOf.get(step)?.includes(target) === true && isPatient(step)) {
    return {
      message: "which it waits for, so that it is over by then",
      hint: "Remove it, or do not wait for it: see `join: any` and `cancelRest`.",
    };
  }
  if (model.needsOf.get(target)?.includes(step) === true && isPatient(target)) {
    return {
      message: "which waits for it, so that it never runs",
      hint: `Remove it, or let "${target.id}" begin without "${step.id}".`,
    };
  }
  return undefined;
}

/** Whether a step begins only when all its needs are settled. */
function isPatient({ step: { join } }: StepNode): boolean {
  return join === undefined || join === "all" || join === "noneFailed" || join === "done";
}
