import type { StepDocument } from "../../document.ts";
import { analyzeCondition } from "../model/conditions.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";

export const unreachableStep: Rule = {
  code: "unreachable-step",
  severity: "warning",
  summary: "A step that no run can ever reach.",
  *check(model) {
    for (const { step, obstacle } of model.fates.values()) {
      if (obstacle?.why === "disabled") {
        yield {
          path: [...step.path, "if"],
          message: `Step "${step.id}" can never run: its \`if\` is always false`,
          hint: "Remove the step, or give it a condition that can hold.",
        };
      } else if (obstacle?.why === "after-stop") {
        yield {
          path: step.path,
          severity: "error",
          message: `Step "${step.id}" can never run: it comes after "${obstacle.need.id}", which stops the run`,
          hint: `Move "${step.id}" before "${obstacle.need.id}", or give the \`stop\` a condition and "${step.id}" the join \`noneFailed\`.`,
        };
      } else if (obstacle?.why === "need-cannot-start") {
        yield {
          path: step.path,
          message: `Step "${step.id}" can never run: it needs "${obstacle.need.id}", which never runs`,
          hint: `Make "${obstacle.need.id}" reachable, or use \`join: done\`.`,
        };
      }
    }
    for (const step of model.steps) yield* deadScopes(step);
  },
};

/** Cases behind one that always holds, cases that never hold, loops that never begin. */
function* deadScopes(step: StepNode): Iterable<Finding> {
  const { switch: choice, loop } = step.step;
  if (choice) yield* deadCases(step, choice);
  if (loop?.while !== undefined && analyzeCondition(loop.while).constant === false) {
    yield deadScope(step, [...step.path, "loop", "while"], "body", "its `while` is always false");
  }
}

function* deadCases(
  step: StepNode,
  choice: NonNullable<StepDocument["switch"]>,
): Iterable<Finding> {
  const path = [...step.path, "switch"];
  let taken: number | undefined;
  for (const [at, one] of choice.cases.entries()) {
    const { constant } = analyzeCondition(one.when);
    if (taken !== undefined || constant === false) {
      const why = taken === undefined ? "its `when` is always false" : `case ${taken} always holds`;
      yield deadScope(step, [...path, "cases", at], `case ${at}`, why);
    }
    if (constant === true) taken ??= at;
  }
  if (taken === undefined || choice.default === undefined) return;
  yield deadScope(step, [...path, "default"], "default", `case ${taken} always holds`);
}

function deadScope(step: StepNode, path: Finding["path"], what: string, why: string): Finding {
  return {
    path,
    message: `The ${what} of "${step.id}" can never run: ${why}`,
    hint: "Remove it, or change the condition.",
  };
}
