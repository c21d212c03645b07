import { resolvePoint } from "../../../hooks/index.ts";
import { listOf } from "../model/list-of.ts";
import type { HookAt } from "../model/hooks.ts";
import type { Rule } from "../rule.ts";

export const duplicateHook: Rule = {
  code: "duplicate-hook",
  severity: "error",
  summary: "Two hooks of one list have one name at one point, so one of them would never run.",
  *check(model) {
    const taken = new Set<string>();
    for (const at of model.hooks) {
      const points = new Set(listOf(at.hook.on).map(({ value }) => pointOf(value)));
      for (const point of points) {
        const key = `${ownerOf(at)} ${point} ${at.hook.name}`;
        if (taken.has(key)) {
          yield {
            path: [...at.path, "name"],
            message: `The hook name "${at.hook.name}" is taken at the point "${point}"`,
            hint: "Give each hook its own name: of two with one name only the first runs.",
          };
          break;
        }
        taken.add(key);
      }
    }
  },
};

function pointOf(name: string): string {
  const resolved = resolvePoint(name);
  return resolved.ok ? resolved.value.point : name;
}

function ownerOf({ owner }: HookAt): string {
  if (owner === undefined) return "pattern";
  return "role" in owner ? `role:${owner.role}` : `step:${owner.step.index}`;
}
