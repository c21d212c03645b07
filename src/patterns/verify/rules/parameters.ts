import type { Model } from "../model/model.ts";
import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

/** The name that template parameters have in expressions. */
export const PARAMETERS = "parameters";

export const unknownParameter: Rule = {
  code: "unknown-parameter",
  severity: "error",
  summary: "An expression reads a template parameter that is not declared.",
  *check(model) {
    const declared = new Set(Object.keys(model.document.parameters ?? {}));
    const suggest = createSuggest(declared);
    for (const { name, expression } of usesOf(model)) {
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

export const unusedParameter: Rule = {
  code: "unused-parameter",
  severity: "warning",
  summary: "Nothing reads a declared template parameter.",
  *check(model) {
    if (model.document.parameters === undefined) return;
    const used = new Set([...usesOf(model)].map(({ name }) => name));
    for (const name of Object.keys(model.document.parameters ?? {})) {
      if (used.has(name)) continue;
      yield {
        path: ["parameters", name],
        message: `Nothing reads the parameter "${name}"`,
        hint: `Remove it, or read it as \${{ ${PARAMETERS}.${name} }}.`,
      };
    }
  },
};

function* usesOf(
  model: Model,
): Generator<{ name: string; expression: Model["expressions"][number] }> {
  for (const expression of model.expressions) {
    for (const { root, path } of expression.references) {
      const [name] = path;
      if (root === PARAMETERS && typeof name === "string") yield { name, expression };
    }
  }
}
