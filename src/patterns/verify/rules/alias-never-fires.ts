import { findMiss, stepsOf } from "../model/hook-targets.ts";
import type { Model } from "../model/model.ts";
import type { Rule } from "../rule.ts";
import { isAboutSteps, missingFor, namedPoints, pointsOf, type NamedPoint } from "./hook-points.ts";

export const aliasNeverFires: Rule = {
  code: "alias-never-fires",
  severity: "warning",
  summary: "A hook is registered under a name that no step of the pattern can bring about.",
  *check(model) {
    for (const named of namedPoints(model)) {
      const why = whyNever(model, named);
      if (why === undefined) continue;
      yield {
        path: named.path,
        message: `Hook "${named.at.hook.name}": "${named.name}" never fires here: ${why}`,
        hint: `Remove it, or register the hook on ${named.resolved?.point ?? "another point"} with the \`match\` you mean.`,
      };
    }
  },
};

function whyNever(model: Model, { at, name, resolved }: NamedPoint): string | undefined {
  if (resolved?.alias === undefined) return undefined;
  if (resolved.never !== undefined) return resolved.never;
  const points = pointsOf(resolved);
  if (!points.every(isAboutSteps)) return undefined;
  const steps = stepsOf(model, at);
  const missing = points.map((point) => missingFor(point, steps));
  if (missing.every((what) => what !== undefined))
    return `there is no ${missing[0] ?? "such step"}`;
  const miss = findMiss(model, at, [resolved.implied]);
  return miss && `"${name}" means steps of ${miss.key} "${miss.value}", and there is none`;
}
