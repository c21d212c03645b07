import type { Model } from "../model/model.ts";

/** The name that template parameters have in expressions. */
export const PARAMETERS = "parameters";

/** Every place where an expression reads a template parameter. */
export function* parameterUses(
  model: Model,
): Generator<{ name: string; expression: Model["expressions"][number] }> {
  for (const expression of model.expressions) {
    for (const { root, path } of expression.references) {
      const [name] = path;
      if (root === PARAMETERS && typeof name === "string") yield { name, expression };
    }
  }
}
