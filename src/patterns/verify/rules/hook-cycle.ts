import { findCycle, resolvePoint } from "../../../hooks/index.ts";
import type { HookAt } from "../model/hooks.ts";
import { listOf } from "../model/list-of.ts";
import type { Rule } from "../rule.ts";

export const hookCycle: Rule = {
  code: "hook-cycle",
  severity: "error",
  summary: "Hooks at one point depend on each other in a circle, so none of them can ever run.",
  *check(model) {
    const atPoints = new Map<string, HookAt[]>();
    for (const at of model.hooks) {
      for (const point of new Set(listOf(at.hook.on).map(({ value }) => pointOf(value)))) {
        const here = atPoints.get(point);
        if (here === undefined) atPoints.set(point, [at]);
        else here.push(at);
      }
    }
    const told = new Set<string>();
    for (const [point, here] of atPoints) {
      const cycle = findCycle(
        here.map(({ hook }) => ({ name: hook.name, dependsOn: needs(hook) })),
      );
      const first = here.find(({ hook }) => hook.name === cycle?.[0]);
      const path = cycle?.join(" -> ") ?? "";
      if (first === undefined || told.has(path)) continue;
      told.add(path);
      yield {
        path: [...first.path, "dependsOn"],
        message: `Hooks at ${point} depend on each other in a circle: ${path}`,
        hint: "Take one of the dependencies out; hooks of other points order nothing here.",
      };
    }
  },
};

function needs({ dependsOn }: HookAt["hook"]): readonly string[] {
  return typeof dependsOn === "string" ? [dependsOn] : (dependsOn ?? []);
}

function pointOf(name: string): string {
  const resolved = resolvePoint(name);
  return resolved.ok ? resolved.value.point : name;
}
