import { callsOf } from "../model/calls.ts";
import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownRole: Rule = {
  code: "unknown-role",
  severity: "error",
  summary: "An agent step, or a hook's question, names a role that `agents` does not declare.",
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
    for (const { name, path, who } of callsOf(model, "role")) {
      if (model.roles.has(name)) continue;
      yield {
        path,
        message: `${who} asks the unknown role "${name}"`,
        hint: `Declare "${name}" under \`agents\`: its handler answers { ok, reason }.${suggest(name)}`,
      };
    }
  },
};
