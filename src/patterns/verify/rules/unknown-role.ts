import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownRole: Rule = {
  code: "unknown-role",
  severity: "error",
  summary: "An agent step names a role that `agents` does not declare.",
  *check(model) {
    const suggest = createSuggest(model.roles.keys());
    for (const { role, path, step } of model.roleUses) {
      if (role === undefined || model.roles.has(role)) continue;
      yield {
        path,
        message: `Step "${step.id}" uses the unknown role "${role}"`,
        hint: `Declare "${role}" under \`agents\`, or name a role that is there.${suggest(role)}`,
      };
    }
  },
};
