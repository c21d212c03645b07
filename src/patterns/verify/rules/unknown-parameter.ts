import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownParameter: Rule = {
  code: "unknown-parameter",
  severity: "error",
  summary: "An expression reads a template parameter that is not declared.",
  *check(model) {
    const declared = new Set(Object.keys(model.document.parameters ?? {}));
    const suggest = createSuggest(declared);
    for (const { name, expression } of model.parameterReadings) {
      if (declared.has(name)) continue;
      const who = expression.owner ? `Step "${expression.owner.id}"` : "The pattern";
      yield {
        path: expression.path,
        message: `${who} reads the unknown parameter "${name}"`,
        hint: `Declare it under \`parameters\`.${suggest(name)}`,
      };
    }
  },
};
