import type { JsonValue } from "../../core/index.ts";
import type { PlanForeach } from "../../patterns/plan.ts";
import { decideJoin, quorumOf, type Tally } from "./joins.ts";
import { errorInfo, type Settled, type StepRecord } from "./state.ts";

export type ForeachDecision =
  | { readonly kind: "wait" }
  | { readonly kind: "met"; readonly cancelRest: boolean }
  | { readonly kind: "failed"; readonly reason: string };

/** Decides a foreach from its items' tally, the moment that it can be decided. Filtered items do not count. */
export function decideForeach(
  foreach: PlanForeach,
  all: Tally,
  failFast: boolean,
): ForeachDecision {
  const tally = { ...all, total: all.total - all.skipped, skipped: 0 };
  const open = tally.total - tally.succeeded - tally.failed - tally.cancelled;
  if (foreach.tolerate !== undefined) return decideTolerance(foreach.tolerate, tally, open);
  const join = foreach.complete ?? "all";
  // A list without items meets every rule that does not ask for a number of successes.
  if (tally.total === 0 && typeof join === "object" && quorumOf(join, 0) > 0)
    return { kind: "failed", reason: `0 items, ${String(quorumOf(join, 0))} successes wanted` };
  const decision = decideJoin(join, tally);
  if (decision === "run")
    return { kind: "met", cancelRest: typeof join === "object" && join.cancelRest === true };
  if (decision === "wait" || (open > 0 && !failFast)) return { kind: "wait" };
  return { kind: "failed", reason: decision.skip.replaceAll("needed step", "item") };
}

function decideTolerance(
  tolerate: { readonly failures: number | { readonly percent: number } },
  tally: Tally,
  open: number,
): ForeachDecision {
  const { failures } = tolerate;
  const allowed =
    typeof failures === "number" ? failures : Math.floor((tally.total * failures.percent) / 100);
  if (tally.failed > allowed)
    return { kind: "failed", reason: `more than ${String(allowed)} items failed` };
  return open > 0 ? { kind: "wait" } : { kind: "met", cancelRest: false };
}

/** How a foreach ends whose rule was not met in time. */
export function pastDeadline({ succeeded, total, skipped }: Tally): Settled {
  const reason = `the deadline passed when ${String(succeeded)} of ${String(total - skipped)} items had succeeded`;
  return { status: "failed", error: errorInfo("ForeachIncomplete", reason) };
}

/** The step's output: one entry per item, in item order, null where an item gave nothing. */
export function foreachOutput(records: readonly StepRecord[]): JsonValue {
  return records.map((record) => record.output ?? null);
}

/** The first failed item's error, named by its number; the rule's own reason where no item failed. */
export function foreachFailure(records: readonly StepRecord[], reason: string): Settled {
  const index = records.findIndex((record) => record.status === "failed");
  const error = records[index]?.error;
  if (error === undefined)
    return { status: "failed", error: errorInfo("ForeachIncomplete", reason) };
  return {
    status: "failed",
    error: errorInfo(error.type, `item ${String(index)}: ${error.message}`, error.details),
  };
}
