import { nearest, type ErrorInfo } from "../core/index.ts";
import type { Hook } from "./hook.ts";

/**
 * Order between hooks by `dependsOn`. Only hooks at one point order each other: a dependency that is registered elsewhere
 * counts as met once it has run, wherever that was.
 */

/** What keeps hooks from ever running, by hook: a dependency that nobody registered, or a circle of them at one point. */
export function findDependencyFaults(hooks: readonly Hook[]): ReadonlyMap<Hook, ErrorInfo> {
  const faults = new Map<Hook, ErrorInfo>();
  if (hooks.every((hook) => hook.dependsOn === undefined)) return faults;
  const names = new Set(hooks.map((hook) => hook.name));
  for (const hook of hooks) {
    const missing = hook.dependsOn?.find((name) => !names.has(name));
    if (missing !== undefined) faults.set(hook, describeMissing(hook, missing, names));
  }
  for (const point of new Set(hooks.map((hook) => hook.on))) {
    const here = hooks.filter((hook) => hook.on === point);
    const cycle = findCycle(here);
    if (cycle === undefined) continue;
    const error: ErrorInfo = {
      type: "HookDependencyCycle",
      message: `The hooks at ${point} depend on each other in a circle: ${cycle.join(" -> ")}.`,
      details: { cycle },
    };
    for (const hook of here) if (cycle.includes(hook.name)) faults.set(hook, error);
  }
  return faults;
}

/**
 * The hooks of one place in the order in which they run: what they depend on first, then by the order given. Hooks in a
 * circle, and those behind it, come last as they are.
 */
export function orderByDependencies<Item>(
  items: readonly Item[],
  hookOf: (item: Item) => Hook,
): readonly Item[] {
  if (items.every((item) => hookOf(item).dependsOn === undefined)) return items;
  const here = new Set(items.map((item) => hookOf(item).name));
  const waiting = [...items];
  const done = new Set<string>();
  const ordered: Item[] = [];
  for (;;) {
    const next = waiting.findIndex((item) =>
      dependenciesOf(hookOf(item), here).every((name) => done.has(name)),
    );
    const item = waiting[next];
    if (item === undefined) return [...ordered, ...waiting];
    waiting.splice(next, 1);
    done.add(hookOf(item).name);
    ordered.push(item);
  }
}

/** Whether a hook takes part in an order by dependencies at its place: it names others, or is named. */
export function isOrdered(hook: Hook, here: readonly Hook[]): boolean {
  return hook.dependsOn !== undefined || here.some((other) => other.dependsOn?.includes(hook.name));
}

/** The shortest circle that a walk finds, by name and closed: `a -> b -> a`. */
export function findCycle(
  hooks: readonly Pick<Hook, "name" | "dependsOn">[],
): readonly string[] | undefined {
  const needs = new Map(hooks.map((hook) => [hook.name, hook.dependsOn ?? []]));
  let shortest: readonly string[] | undefined;
  for (const start of needs.keys()) {
    const cycle = walkBack(start, needs);
    if (cycle !== undefined && (shortest === undefined || cycle.length < shortest.length))
      shortest = cycle;
  }
  return shortest;
}

/** Breadth first from a hook through what it needs, until it comes back. */
function walkBack(
  start: string,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of needs.get(at) ?? []) {
      if (next === start) return [...pathTo(at, start, cameFrom), start];
      if (!needs.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(
  end: string,
  start: string,
  cameFrom: ReadonlyMap<string, string>,
): readonly string[] {
  const path = [end];
  for (let at = end; at !== start;) {
    const before = cameFrom.get(at);
    if (before === undefined) break;
    path.unshift(before);
    at = before;
  }
  return path;
}

function dependenciesOf(hook: Hook, here: ReadonlySet<string>): readonly string[] {
  return (hook.dependsOn ?? []).filter((name) => here.has(name));
}

function describeMissing(hook: Hook, missing: string, names: ReadonlySet<string>): ErrorInfo {
  const near = nearest(missing, [...names]);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return {
    type: "HookDependencyMissing",
    message: `The hook "${hook.name}" depends on "${missing}", and no enabled hook has that name.${hint}`,
    details: { hook: hook.name, missing },
  };
}
