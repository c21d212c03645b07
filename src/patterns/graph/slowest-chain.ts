import type { PlanStep } from "../plan.ts";
import type { RunRecord } from "./overlay.ts";

/**
 * The chain that decided how long a run took: from the step of the top scope that finished last, back over the need
 * that finished last each time.
 * @returns the steps of the chain, each with the one before it (empty for the first)
 */
export function findSlowestChain(
  steps: readonly PlanStep[],
  run: RunRecord,
): ReadonlyMap<string, string> {
  const ends = new Map<string, number>();
  for (const { id, finishedAt } of run.steps) {
    const end = Date.parse(finishedAt ?? "");
    if (Number.isFinite(end)) ends.set(id, Math.max(end, ends.get(id) ?? end));
  }
  const byId = new Map(steps.map((step) => [step.id, step]));
  const chain = new Map<string, string>();
  let at = latest([...byId.keys()], ends);
  while (at !== undefined) {
    const before = latest(byId.get(at)?.needs ?? [], ends);
    chain.set(at, before ?? "");
    at = before;
  }
  return chain;
}

function latest(ids: readonly string[], ends: ReadonlyMap<string, number>): string | undefined {
  let found: string | undefined;
  for (const id of ids) {
    const end = ends.get(id);
    if (end === undefined) continue;
    if (found === undefined || end > (ends.get(found) ?? end)) found = id;
  }
  return found;
}
