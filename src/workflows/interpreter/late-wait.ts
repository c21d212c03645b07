import { isAtLeast, type RunContext } from "./context.ts";
import type { Node } from "./node.ts";
import type { Settled } from "./state.ts";

/** What did nothing but wait: cancelling it later than it ended takes nothing back. */
const WAITING_KINDS: ReadonlySet<string> = new Set(["wait", "waitFor", "approval"]);

/** A scope that is cancelled while its last steps end is cancelled; a moment later must not make a difference. */
const SCOPE_KINDS: ReadonlySet<string> = new Set(["group", "switch", "loop"]);

/**
 * Of two waits, or scopes around them, that cancel each other, both may be woken in one workflow task; the second ends
 * after the first has cancelled it. That cancellation counts, so that a choice left to the world goes one way only.
 */
export function unlessCancelled(ctx: RunContext, node: Node, outcome: Settled): Settled {
  const { step, canceller } = node;
  const { kind } = step.body;
  const yields = WAITING_KINDS.has(kind) || (isAtLeast(ctx, 1) && SCOPE_KINDS.has(kind));
  return outcome.status === "succeeded" &&
    canceller.cancelled &&
    step.foreach === undefined &&
    yields
    ? { status: "cancelled", reason: canceller.reason }
    : outcome;
}
