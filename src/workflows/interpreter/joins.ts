import type { Join, PartialJoin, PlanStep } from "../../patterns/plan.ts";

/** How the needs of a step (or the items of a foreach) stand. */
export interface Tally {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
}

export type JoinDecision = "wait" | "run" | { readonly skip: string };

/**
 * Decides a join the moment it can be decided. Invariants: (1) `wait` only while something is unfinished; (2) a join
 * that can never be met is decided at once; (3) a decision never changes when more needs finish.
 */
export function decideJoin(join: Join, tally: Tally): JoinDecision {
  if (tally.total === 0) return "run";
  const pending = tally.total - tally.succeeded - tally.failed - tally.skipped - tally.cancelled;
  const whenDone: JoinDecision = pending === 0 ? "run" : "wait";
  switch (join) {
    case "all":
      return (
        broken(tally) ?? (tally.skipped > 0 ? { skip: "a needed step was skipped" } : whenDone)
      );
    case "noneFailed":
      return broken(tally) ?? whenDone;
    case "done":
      return whenDone;
    case "any":
      return first(tally.succeeded, pending, "no needed step succeeded");
    case "anyFailed":
      return first(tally.failed, pending, "no needed step failed");
    default:
      return decideQuorum(quorumOf(join, tally.total), tally.succeeded, pending);
  }
}

/** Cancelled is neither success nor failure, and no join that wants success is met by it. */
function broken(tally: Tally): JoinDecision | undefined {
  if (tally.failed > 0) return { skip: "a needed step failed" };
  return tally.cancelled > 0 ? { skip: "a needed step was cancelled" } : undefined;
}

function first(count: number, pending: number, otherwise: string): JoinDecision {
  if (count > 0) return "run";
  return pending === 0 ? { skip: otherwise } : "wait";
}

function decideQuorum(wanted: number, succeeded: number, pending: number): JoinDecision {
  if (succeeded >= wanted) return "run";
  if (succeeded + pending >= wanted) return "wait";
  const most = String(succeeded + pending);
  return { skip: `at most ${most} of ${String(wanted)} needed steps can succeed` };
}

/** How many successes a partial join wants of so many needs. */
export function quorumOf(join: PartialJoin, total: number): number {
  return typeof join.atLeast === "number"
    ? join.atLeast
    : Math.ceil((total * join.atLeast.percent) / 100);
}

/** What a step cancels by beginning: the rest of what it needed, where its join says so. */
export function noLongerNeeded({
  join,
  needs,
}: Pick<PlanStep, "join" | "needs">): readonly string[] {
  return typeof join !== "string" && join.cancelRest === true ? needs : [];
}
