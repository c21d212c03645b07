import type { Join, PartialJoin } from "../../patterns/plan.ts";

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
  const pending =
    tally.total - tally.succeeded - tally.failed - tally.skipped - tally.cancelled;
  switch (join) {
    case "all":
      if (tally.failed > 0) return { skip: "a needed step failed" };
      if (tally.cancelled > 0) return { skip: "a needed step was cancelled" };
      if (tally.skipped > 0) return { skip: "a needed step was skipped" };
      return pending === 0 ? "run" : "wait";
    case "noneFailed":
      if (tally.failed > 0) return { skip: "a needed step failed" };
      if (tally.cancelled > 0) return { skip: "a needed step was cancelled" };
      return pending === 0 ? "run" : "wait";
    case "done":
      return pending === 0 ? "run" : "wait";
    case "any":
      if (tally.succeeded > 0) return "run";
      return pending === 0 ? { skip: "no needed step succeeded" } : "wait";
    case "anyFailed":
      if (tally.failed > 0) return "run";
      return pending === 0 ? { skip: "no needed step failed" } : "wait";
    default:
      return decideQuorum(quorumOf(join, tally.total), tally.succeeded, pending);
  }
}

function decideQuorum(wanted: number, succeeded: number, pending: number): JoinDecision {
  if (succeeded >= wanted) return "run";
  if (succeeded + pending >= wanted) return "wait";
  return { skip: `only ${String(succeeded)} of ${String(wanted)} needed steps can succeed` };
}

/** How many successes a partial join wants of so many needs. */
export function quorumOf(join: PartialJoin, total: number): number {
  return typeof join.atLeast === "number"
    ? join.atLeast
    : Math.ceil((total * join.atLeast.percent) / 100);
}
