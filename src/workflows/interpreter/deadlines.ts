import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Node } from "./node.ts";
import type { SteeredScope } from "./scope-steering.ts";
import { isSettled } from "./state.ts";

/**
 * Starts the clocks of the partial joins that wait for a step which begins: of each the first time. The moment is kept in
 * the record, so that a continued run goes on counting.
 */
export function armDeadlines(
  { ctx, shape, nodes }: SteeredScope,
  index: number,
  cancel: Canceller,
  expired: (index: number, node: Node) => void,
): void {
  for (const dependent of shape.dependents[index] ?? []) {
    const node = nodes[dependent];
    if (node === undefined || node.deadline !== undefined || node.begun) continue;
    const { step, record } = node;
    if (typeof step.join === "string" || step.join.deadlineMs === undefined) continue;
    const deadlineAt = (record.deadlineAt ??= ctx.effects.now() + step.join.deadlineMs);
    node.deadline = startTimer(ctx, deadlineAt, `${step.id} join deadline`, cancel, () => {
      if (!node.begun && !isSettled(record.status)) expired(dependent, node);
    });
  }
}

/**
 * Goes on with the clocks that an earlier execution of the run started. Joins are decided before that: a step that a
 * settled need had kept waiting would otherwise wait for the next one that begins.
 */
export function rearmDeadlines(
  { ctx, nodes }: SteeredScope,
  cancel: Canceller,
  expired: (index: number, node: Node) => void,
): void {
  for (const [index, node] of nodes.entries()) {
    const { record } = node;
    // Until the step begins, the moment in its record is its join's.
    if (record.deadlineAt === undefined || node.begun || node.deadline !== undefined) continue;
    node.deadline = startTimer(
      ctx,
      record.deadlineAt,
      `${node.step.id} join deadline`,
      cancel,
      () => {
        if (!node.begun && !isSettled(record.status)) expired(index, node);
      },
    );
  }
}

/** A timer that calls back unless it was cancelled first. */
export function startTimer(
  ctx: RunContext,
  atMs: number,
  summary: string,
  cancel: Canceller,
  expired: () => void,
): Canceller {
  const timer = cancel.child();
  const wait = Math.max(0, atMs - ctx.effects.now());
  ctx.effects.sleep(wait, summary, timer).then(
    () => {
      if (!timer.cancelled) expired();
    },
    // The only way a timer ends early is its own cancellation, which is wanted.
    () => undefined,
  );
  return timer;
}
