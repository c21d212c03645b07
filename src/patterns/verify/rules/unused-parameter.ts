import type { Rule } from "../rule.ts";

export const unusedParameter: Rule = {
  code: "unused-parameter",
  severity: "warning",
  summary: "Nothing reads a declared template parameter.",
  *check(model) {
    if (model.document.parameters === undefined) return;
    const used = new Set(model.parameterReadings.map(({ name }) => name));
    for (const name of Object.keys(model.document.parameters ?? {})) {
      if (used.has(name)) continue;
      yield {
        path: ["parameters", name],
        message: `Nothing reads the parameter "${name}"`,
        hint: `Remove it, or read it as \${{ parameters.${name} }}.`,
      };
    }
  },
};
