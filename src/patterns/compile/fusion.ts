import type { ActivityPolicy, PlanStep } from "../plan.ts";

/**
 * Links the steps of a scope that one local activity may carry out one after the other. Everything static is decided
 * here, once; which hooks stand between two steps is known only when a run begins, so the interpreter cuts there.
 *
 * A step fuses with the next when that one waits for nothing outside the chain, nothing outside is kept waiting, and
 * nothing between the two is the workflow's: no lock, no kept result, no cancelling of others.
 */
export function linkChains(
  steps: readonly PlanStep[],
  policies: readonly ActivityPolicy[],
): readonly PlanStep[] {
  const members = new Set(steps.filter((step) => isChainable(step, policies)));
  if (members.size < 2) return steps;
  const shape = shapeOf(steps, members);
  const next = new Map<string, string>();
  const taken = new Set<string>();
  for (const step of steps) {
    if (taken.has(step.id)) continue;
    const chain = chainFrom(shape, step);
    chain.forEach((id, at) => {
      taken.add(id);
      const follower = chain[at + 1];
      if (follower !== undefined) next.set(id, follower);
    });
  }
  return steps.map((step) => {
    const fusesWith = next.get(step.id);
    return fusesWith === undefined ? step : { ...step, fusesWith };
  });
}

/** More would hold one workflow task for too long, and its results one payload. */
const LONGEST = 50;

interface Shape {
  readonly byId: ReadonlyMap<string, PlanStep>;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Steps that may be in a chain. */
  readonly members: ReadonlySet<PlanStep>;
}

/** Steps that something may cancel on their own leave `members`: they must be open to that. */
function shapeOf(steps: readonly PlanStep[], members: Set<PlanStep>): Shape {
  const dependents = new Map<string, string[]>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const leaveOut = (id: string): void => {
    const step = byId.get(id);
    if (step !== undefined) members.delete(step);
  };
  for (const step of steps) {
    const cancelsRest = typeof step.join !== "string" && step.join.cancelRest === true;
    for (const id of step.cancels ?? []) leaveOut(id);
    for (const need of step.needs) {
      if (cancelsRest) leaveOut(need);
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [step.id]);
      else known.push(step.id);
    }
  }
  return { byId, dependents, members };
}

/** The longest chain that begins with a step: each member may read every earlier one. */
function chainFrom(shape: Shape, first: PlanStep): readonly string[] {
  if (!shape.members.has(first)) return [first.id];
  const place = new Map([[first.id, 0]]);
  const chain = [first.id];
  for (let last = followerOf(shape, first.id, place); last !== undefined;) {
    place.set(last, chain.length);
    chain.push(last);
    last = chain.length < LONGEST ? followerOf(shape, last, place) : undefined;
  }
  return chain.slice(0, closedLength(shape, chain, place));
}

/** What waits for the last member and, besides, for members only. */
function followerOf(
  { byId, dependents, members }: Shape,
  last: string,
  place: ReadonlyMap<string, number>,
): string | undefined {
  return dependents.get(last)?.find((id) => {
    const step = byId.get(id);
    return (
      step !== undefined &&
      members.has(step) &&
      JOINS.has(step.join) &&
      step.needs.every((need) => place.has(need))
    );
  });
}

/**
 * The longest beginning of the chain that delays nobody: what stands outside and waits for one member has to wait for
 * the last one as well.
 */
function closedLength(
  { byId, dependents }: Shape,
  chain: readonly string[],
  place: ReadonlyMap<string, number>,
): number {
  let last = chain.length - 1;
  for (let at = 0; at < last; at += 1)
    for (const dependent of dependents.get(chain[at] ?? "") ?? []) {
      if (place.has(dependent)) continue;
      const needs = byId.get(dependent)?.needs ?? [];
      last = Math.min(last, Math.max(...needs.map((need) => place.get(need) ?? 0)));
    }
  return last + 1;
}

/** Joins that are met once every need has succeeded, and not before. */
const JOINS: ReadonlySet<PlanStep["join"]> = new Set(["all", "noneFailed", "done"]);

function isChainable(step: PlanStep, policies: readonly ActivityPolicy[]): boolean {
  return (
    step.dispatch === "local" &&
    // A limit over all attempts is the engine's to watch.
    policies[step.policy]?.scheduleToCloseMs === undefined &&
    step.foreach === undefined &&
    step.lock === undefined &&
    step.cache === undefined &&
    step.cancels === undefined &&
    step.reacts === undefined &&
    isPlainWork(step.body)
  );
}

/** Work whose input is known to fit before it runs: what decides itself at run time is left to the workflow. */
function isPlainWork(body: PlanStep["body"]): boolean {
  switch (body.kind) {
    case "http":
    case "call":
      return true;
    case "run":
      return !("dynamic" in body.command);
    case "agent":
      return "lit" in body.role;
    default:
      return false;
  }
}
