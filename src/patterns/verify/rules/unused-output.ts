import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Rule } from "../rule.ts";

export const unusedOutput: Rule = {
  code: "unused-output",
  severity: "warning",
  summary: "A step computes an output on purpose and nothing reads it.",
  *check(model) {
    const read = new Set(model.readings.map(({ step }) => step));
    const needed = new Set(model.edges.map((edge) => edge.from));
    for (const step of model.steps) {
      if (read.has(step.id) || isPartOfOutput(model, step, needed)) continue;
      const what = purposeOf(step);
      if (what === undefined) continue;
      yield {
        path: [...step.path, what],
        message: `Nothing reads the output of step "${step.id}"`,
        hint:
          what === "set"
            ? `A \`set\` step does nothing else: read steps.${step.id}.output somewhere, or remove it.`
            : `Read it, or remove \`${what}\`.`,
      };
    }
  },
};

/** The field that shows that the author wants the output: what runs for its effect has none of them. */
function purposeOf({ step }: StepNode): "set" | "output" | "outputSchema" | undefined {
  if (step.set !== undefined) return "set";
  if (step.output !== undefined) return "output";
  return step.outputSchema === undefined ? undefined : "outputSchema";
}

/** A scope without an output mapping gives the outputs of all its steps, a run without one those of its last steps. */
function isPartOfOutput(model: Model, step: StepNode, needed: ReadonlySet<StepNode>): boolean {
  if (step.scope.owner !== undefined) return step.scope.owner.step.output === undefined;
  return model.document.output === undefined && !needed.has(step);
}
