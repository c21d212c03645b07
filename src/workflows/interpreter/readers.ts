import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { Template } from "../../expressions/index.ts";
import type { Alternative, PlanStep } from "../../patterns/plan.ts";
import { toJson } from "./to-json.ts";

/**
 * The ids of every step that the given steps (with all that is nested in them) or the result still read. Found by
 * looking for compiled expressions anywhere in the plan's JSON, so that no place where one can stand is forgotten.
 */
export function stepsReadBy(
  steps: readonly (PlanStep | Alternative)[],
  output: Template | undefined,
): ReadonlySet<string> {
  const found = new Set<string>();
  const work: JsonValue[] = steps.map((step) => toJson(step));
  if (output !== undefined) work.push(toJson(output));
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (isJsonArray(next)) for (const part of next) work.push(part);
    else if (isJsonObject(next)) {
      for (const id of readByExpression(next)) found.add(id);
      for (const part of Object.values(next)) work.push(part);
    }
  }
  return found;
}

function readByExpression(node: JsonObject): readonly string[] {
  const { expr, steps } = node;
  return typeof expr === "string" && steps !== undefined && isJsonArray(steps)
    ? steps.filter((id) => typeof id === "string")
    : [];
}
