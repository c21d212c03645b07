import { findMiss, stepsOf, type Miss } from "../model/hook-targets.ts";
import type { HookAt } from "../model/hooks.ts";
import type { Model } from "../model/model.ts";
import type { Finding, Rule } from "../rule.ts";
import { isAboutSteps, missingFor, namedPoints, pointsOf, type NamedPoint } from "./hook-points.ts";

export const hookNeverMatches: Rule = {
  code: "hook-never-matches",
  severity: "warning",
  summary: "A hook's match or point fits no step of the pattern, so the hook never fires.",
  *check(model) {
    const told = new Set<HookAt>();
    for (const named of namedPoints(model)) {
      if (told.has(named.at)) continue;
      const finding = findingOf(model, named);
      if (finding === undefined) continue;
      told.add(named.at);
      yield finding;
    }
  },
};

function findingOf(model: Model, { at, path, name, resolved }: NamedPoint): Finding | undefined {
  if (resolved === undefined || !pointsOf(resolved).every(isAboutSteps)) return undefined;
  const steps = stepsOf(model, at);
  if (steps.length === 0) return ofRole(at);
  const missing = resolved.alias === undefined ? missingFor(resolved.point, steps) : undefined;
  if (missing !== undefined) {
    return {
      path,
      message: `Hook "${at.hook.name}" can never fire: "${name}" needs a ${missing}, and there is none`,
      hint: "Register it on another point, or remove it.",
    };
  }
  // What the alias alone rules out is told by alias-never-fires.
  if (findMiss(model, at, [resolved.implied])) return undefined;
  const miss = findMiss(model, at, [resolved.implied, at.hook.match]);
  return miss && ofMatch(at, miss);
}

function ofMatch(at: HookAt, { key, value, there }: Miss): Finding {
  const instead =
    there.length === 0 ? "" : ` There is ${there.map((one) => `"${one}"`).join(", ")}.`;
  return {
    path: [...at.path, "match", key],
    message: `Hook "${at.hook.name}" can never match: no step has the ${key} "${value}"`,
    hint: `Correct the match or remove the hook.${instead}`,
  };
}

function ofRole(at: HookAt): Finding | undefined {
  if (at.owner === undefined || !("role" in at.owner)) return undefined;
  return {
    path: at.path,
    message: `Hook "${at.hook.name}" can never fire: no step uses the role "${at.owner.role}"`,
    hint: "Use the role in a step, or remove the hook.",
  };
}
