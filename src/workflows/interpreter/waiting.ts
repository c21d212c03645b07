import type { Canceller } from "./canceller.ts";
import { onDrain } from "./context.ts";
import { startTimer } from "./deadlines.ts";
import type { Instance } from "./instance.ts";
import type { Settled } from "./state.ts";

export type WaitEnd = "woken" | "expired" | "cancelled" | "suspended";

/**
 * Waits for something from outside, a moment, a cancellation or the drain, whichever comes first; `listen` subscribes
 * and returns how to unsubscribe. Nothing waits on after this returned.
 */
export function waitUntil(
  instance: Instance,
  deadlineAt: number | undefined,
  summary: string,
  shown: string,
  listen: (wake: () => void) => () => void = () => () => undefined,
): Promise<WaitEnd> {
  const { ctx, step, env, cancel } = instance;
  ctx.report.waiting(step.id, env.path, shown);
  return new Promise<WaitEnd>((resolve) => {
    const undo: (() => void)[] = [];
    let over = false;
    const ended = (): boolean => over;
    const end = (how: WaitEnd): void => {
      if (over) return;
      over = true;
      for (const each of undo) each();
      ctx.report.waiting(step.id, env.path, undefined);
      resolve(how);
    };
    const add = (forget: () => void): void => {
      if (ended()) forget();
      else undo.push(forget);
    };
    add(
      listen(() => {
        end("woken");
      }),
    );
    add(
      cancel.onCancel(() => {
        end("cancelled");
      }),
    );
    add(
      onDrain(ctx, () => {
        end("suspended");
      }),
    );
    if (deadlineAt === undefined || ended()) return;
    const timer = startTimer(ctx, deadlineAt, summary, cancel, () => {
      end("expired");
    });
    add(() => {
      timer.cancel("no longer needed");
    });
  });
}

/** The outcome of a wait that ended without what it waited for. */
export function letGo(end: WaitEnd, cancel: Canceller): Settled {
  return end === "cancelled"
    ? { status: "cancelled", reason: cancel.reason }
    : { status: "suspended" };
}
