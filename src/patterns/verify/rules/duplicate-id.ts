import { formatPath } from "../../walk.ts";
import type { Rule } from "../rule.ts";

export const duplicateId: Rule = {
  code: "duplicate-id",
  severity: "error",
  summary: "Two steps have one id; ids are unique in the whole pattern, nested scopes included.",
  *check(model) {
    for (const [id, steps] of model.byId) {
      const [first, ...others] = steps;
      if (first === undefined) continue;
      for (const other of others) {
        yield {
          path: other.path,
          message: `The step id "${id}" is taken by ${formatPath(first.path)}`,
          hint: "Rename one of the two: an id names one step in the whole pattern.",
        };
      }
    }
  },
};
