import type { Rule } from "../rule.ts";

export const uselessJoin: Rule = {
  code: "useless-join",
  severity: "warning",
  summary: "A step has a join and nothing to wait for.",
  *check(model) {
    const misled = new Set(model.looseEnds.map(({ reader }) => reader));
    for (const step of model.steps) {
      const { join } = step.step;
      if (typeof join !== "string" || join === "all" || model.needsOf.has(step)) continue;
      // What it meant to wait for is wrong, and is told there.
      if (misled.has(step)) continue;
      yield {
        path: [...step.path, "join"],
        message: `Step "${step.id}" has the join "${join}" and waits for nothing`,
        hint: "Name the steps to wait for in `needs`, or remove the join.",
      };
    }
  },
};
