import type { PlanStep } from "../../patterns/plan.ts";

/** Lookups over the steps of one scope, built once however often a loop or a foreach runs it. */
export interface ScopeShape {
  /** In declaration order, so that ties are decided by the document. */
  readonly steps: readonly PlanStep[];
  readonly ids: ReadonlySet<string>;
  readonly indexOf: ReadonlyMap<string, number>;
  /** Index of a step -> indices of the steps that need it. */
  readonly dependents: readonly (readonly number[])[];
}

/** A step and everything that follows from it. */
export function reachableFrom(shape: ScopeShape, start: number): ReadonlySet<number> {
  const found = new Set([start]);
  const work = [start];
  for (let index = work.pop(); index !== undefined; index = work.pop())
    for (const dependent of shape.dependents[index] ?? [])
      if (!found.has(dependent)) {
        found.add(dependent);
        work.push(dependent);
      }
  return found;
}

const shapes = new WeakMap<readonly PlanStep[], ScopeShape>();

export function shapeOf(steps: readonly PlanStep[]): ScopeShape {
  const known = shapes.get(steps);
  if (known !== undefined) return known;
  const ordered = [...steps].sort((left, right) => left.order - right.order);
  const indexOf = new Map(ordered.map((step, index) => [step.id, index]));
  const dependents: number[][] = ordered.map(() => []);
  ordered.forEach((step, index) => {
    for (const need of step.needs) {
      const at = indexOf.get(need);
      if (at !== undefined) dependents[at]?.push(index);
    }
  });
  const shape = { steps: ordered, ids: new Set(indexOf.keys()), indexOf, dependents };
  shapes.set(steps, shape);
  return shape;
}
