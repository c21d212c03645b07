import type { Plan } from "../patterns/plan.ts";
import { allSteps, bodiesOf } from "../patterns/plan-steps.ts";
import type { Registry } from "../registry/index.ts";

/**
 * Chooses, once per run, the version of every pattern that the plan calls: a version registered while the run is under way
 * changes nothing for it. What is not registered yet is left open; its step fails when it comes to it.
 */
export async function pinChildren(
  plan: Plan,
  registry: Pick<Registry, "findPattern">,
): Promise<{ readonly children?: Readonly<Record<string, string>> }> {
  const references = new Set<string>();
  for (const step of allSteps(plan.steps))
    for (const body of bodiesOf(step)) if (body.kind === "pattern") references.add(body.pattern);
  if (references.size === 0) return {};
  const pinned = await Promise.all(
    [...references].map(async (reference) => {
      const [name = "", range] = reference.split("@");
      return [reference, (await registry.findPattern(name, range))?.version] as const;
    }),
  );
  const known = pinned.filter(([, version]) => version !== undefined);
  return { children: Object.fromEntries(known) as Record<string, string> }; // as: undefined ones are left out
}
