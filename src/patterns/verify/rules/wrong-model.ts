import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";

export const wrongModel: Rule = {
  code: "wrong-model",
  severity: "error",
  summary: "A step is of a kind of coordination that the pattern does not have.",
  *check(model) {
    const coordination = model.document.coordination?.model ?? "graph_based";
    for (const step of model.steps) {
      const found =
        coordination === "graph_based"
          ? reactsInGraph(step)
          : coordination === "event_driven"
            ? waitsForSteps(model, step)
            : undefined;
      if (found !== undefined) yield found;
    }
  },
};

function reactsInGraph({ id, step, path }: StepNode): Finding | undefined {
  if (step.on === undefined) return undefined;
  return {
    path: [...path, "on"],
    message: `Step "${id}" reacts to events, and a graph_based pattern follows needs only`,
    hint: "Set `coordination.model` to hybrid or event_driven, or wait for one event with `waitFor`.",
  };
}

/** Nested steps follow each other as in any scope: it is the top scope that events drive. */
function waitsForSteps(model: Model, node: StepNode): Finding | undefined {
  const { id, step, path, scope } = node;
  if (scope.owner !== undefined) return undefined;
  if (step.on === undefined)
    return {
      path,
      message: `Step "${id}" has no \`on\`, and in an event_driven pattern every step of the top scope reacts to events`,
      hint: "Say which events it reacts to, or set `coordination.model` to hybrid.",
    };
  const [need] = [...(model.needsOf.get(node) ?? [])];
  return need === undefined
    ? undefined
    : {
        path,
        message: `Step "${id}" needs "${need.id}", and steps of an event_driven pattern are told by events, not by each other's end`,
        hint: `Let "${need.id}" emit an event that "${id}" reacts to, or set \`coordination.model\` to hybrid.`,
      };
}
