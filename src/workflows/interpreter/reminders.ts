import type { Canceller } from "./canceller.ts";
import { drainIfAsked, keepInBackground, type RunContext } from "./context.ts";
import { startTimer } from "./deadlines.ts";

/** What is remembered of a question that is open: a continued run goes on asking it, it does not ask anew. */
export interface Asked {
  readonly at: number;
  reminders: number;
  /** When people were asked or reminded last. */
  lastAt: number;
}

/** The memory of a question, and whether it is asked for the first time. */
export function remember(
  ctx: RunContext,
  id: string,
): { readonly asked: Asked; readonly isFirst: boolean } {
  const known = ctx.asked.get(id);
  if (known !== undefined) return { asked: known, isFirst: false };
  const now = ctx.effects.now();
  const asked = { at: now, reminders: 0, lastAt: now };
  ctx.asked.set(id, asked);
  return { asked, isFirst: true };
}

/**
 * Reminds people of a question every so often. What a reminder sets going is awaited before the run closes. Returns how
 * to stop.
 */
export function startReminders(
  ctx: RunContext,
  question: { readonly id: string; readonly remindMs?: number },
  cancel: Canceller,
  remind: (count: number) => Promise<void>,
): () => void {
  const { id, remindMs } = question;
  const asked = ctx.asked.get(id);
  if (remindMs === undefined || asked === undefined) return () => undefined;
  let timer: Canceller | undefined;
  let isOver = false;
  const arm = (): void => {
    timer = startTimer(ctx, asked.lastAt + remindMs, `${id} reminder`, cancel, () => {
      asked.lastAt = ctx.effects.now();
      asked.reminders += 1;
      keepInBackground(ctx, remind(asked.reminders));
      // A question may stay open for years, and each reminder is history.
      drainIfAsked(ctx);
      if (!isOver) arm();
    });
  };
  arm();
  return () => {
    isOver = true;
    timer?.cancel("answered");
  };
}
