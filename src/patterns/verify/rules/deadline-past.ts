import type { Rule } from "../rule.ts";

export const deadlinePast: Rule = {
  code: "deadline-past",
  severity: "warning",
  summary: "A step waits until a moment that has already passed.",
  *check(model) {
    const { nowMs } = model.known;
    if (nowMs === undefined) return;
    for (const { id, step, path } of model.steps) {
      const until = typeof step.wait === "object" ? step.wait.until : undefined;
      if (typeof until !== "string" || until.includes("${{")) continue;
      const at = Date.parse(until);
      if (Number.isNaN(at) || at >= nowMs) continue;
      yield {
        path: [...path, "wait", "until"],
        message: `Step "${id}" waits until "${until}", which has passed: it never waits`,
        hint: "Give a moment in the future, or compute it from the input.",
      };
    }
  },
};
