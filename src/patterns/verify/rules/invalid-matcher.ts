import { compileMatcher } from "../../../hooks/matcher.ts";
import type { Rule } from "../rule.ts";

const KEYS = ["tool", "kind", "step", "role", "type", "status", "source"] as const;

export const invalidMatcher: Rule = {
  code: "invalid-matcher",
  severity: "error",
  summary: "A hook's match holds a pattern that cannot be used.",
  *check(model) {
    for (const { hook, path } of model.hooks) {
      for (const key of KEYS) {
        const value = hook.match?.[key];
        if (value === undefined) continue;
        const compiled = compileMatcher(value);
        if (compiled.ok) continue;
        yield {
          path: [...path, "match", key],
          message: `Hook "${hook.name}": ${compiled.error}`,
          hint: "Write a name, a glob such as `deploy-*`, alternatives `a|b`, or `regex:` with a linear-time expression.",
        };
      }
    }
  },
};
