import type { Node } from "./node.ts";
import type { Settled } from "./state.ts";

/** What did nothing but wait: cancelling it later than it ended takes nothing back. */
const WAITING_KINDS: ReadonlySet<string> = new Set(["wait", "waitFor", "approval"]);

/**
 * Of two waits that cancel each other, both may be woken in one workflow task; the second ends after the first has
 * cancelled it. That cancellation counts, so that a choice left to the world goes one way only.
 */
export function unlessCancelled(node: Node, outcome: Settled): Settled {
  const { step, canceller } = node;
  const isWait = step.foreach === undefined && WAITING_KINDS.has(step.body.kind);
  return outcome.status === "succeeded" && canceller.cancelled && isWait
    ? { status: "cancelled", reason: canceller.reason }
    : outcome;
}
