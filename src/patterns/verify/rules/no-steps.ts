import type { Rule } from "../rule.ts";

export const noSteps: Rule = {
  code: "no-steps",
  severity: "error",
  summary: "A pattern or a scope without steps does nothing.",
  *check(model) {
    for (const scope of model.scopes) {
      if (scope.steps.length > 0 || model.lost.size > 0) continue;
      const where = scope.owner ? `A scope of step "${scope.owner.id}"` : "The pattern";
      yield {
        path: scope.path,
        message: `${where} has no tasks: \`steps\` is empty`,
        hint: "Add at least one step, for example `hello: { run: echo hello }`.",
      };
    }
  },
};
