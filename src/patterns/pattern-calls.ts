import type { JsonObject } from "../core/index.ts";
import { readPattern } from "./read-pattern.ts";
import { callsOf } from "./verify/model/calls.ts";
import { splitPatternName } from "./verify/model/pattern-name.ts";

/**
 * The names of the patterns that a definition calls, by its steps, roles and hooks; what an expression chooses is left out.
 * `withoutLimit` leaves out the calls that a `maxDepth` ends, which go round on purpose.
 */
export function patternCallsOf(
  definition: JsonObject,
  { withoutLimit = false }: { readonly withoutLimit?: boolean } = {},
): readonly string[] {
  const { model } = readPattern(definition);
  if (model === undefined) return [];
  const names = new Set<string>();
  for (const { name, step } of callsOf(model, "pattern")) {
    if (name.includes("${{") || (withoutLimit && step?.step.maxDepth !== undefined)) continue;
    names.add(splitPatternName(name).name);
  }
  return [...names];
}
