import { listOf } from "../model/list-of.ts";
import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownStep: Rule = {
  code: "unknown-step",
  severity: "error",
  summary: "A need, a reference or `cancels` names a step that the pattern does not have.",
  *check(model) {
    const suggest = createSuggest(model.byId.keys());
    for (const end of model.looseEnds) {
      if (end.why !== "unknown" || model.lost.has(end.id)) continue;
      const who = end.reader ? `Step "${end.reader.id}"` : "The pattern";
      const verb = end.origin === "need" ? "needs" : "reads";
      yield {
        path: end.path,
        message: `${who} ${verb} the unknown step "${end.id}"`,
        hint: `Name a step of this pattern, or add "${end.id}".${suggest(end.id)}`,
      };
    }
    for (const { id, step, path } of model.steps) {
      for (const { value, path: tail } of listOf(step.cancels)) {
        if (model.byId.has(value) || model.lost.has(value)) continue;
        yield {
          path: [...path, "cancels", ...tail],
          message: `Step "${id}" cancels the unknown step "${value}"`,
          hint: `Name a step of this pattern.${suggest(value)}`,
        };
      }
    }
  },
};
