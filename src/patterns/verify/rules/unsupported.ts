import type { Rule } from "../rule.ts";

export const unsupported: Rule = {
  code: "unsupported",
  severity: "warning",
  summary: "Something is kept with the pattern that nothing carries out yet.",
  *check({ document: { triggers } }) {
    if (triggers === undefined || triggers.length === 0) return;
    yield {
      path: ["triggers"],
      message: "Triggers are kept with the pattern, and no event starts a run yet",
      hint: "Start runs by client, CLI or schedule; inside a run let a step react with `on`.",
    };
  },
};
