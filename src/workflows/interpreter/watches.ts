import type { RunContext } from "./context.ts";

/** Which hooks fire at a point: numbers into the table, in order; nothing when no hook matches. */
export function hooksAt(
  ctx: RunContext,
  point: string,
  step: string | undefined,
): readonly number[] {
  const table = step === undefined ? ctx.hooks.run : ctx.hooks.steps[step];
  return table?.[point] ?? NONE;
}

const NONE: readonly number[] = [];

export function hasHooks(ctx: RunContext, point: string, step?: string): boolean {
  return hooksAt(ctx, point, step).length > 0;
}

/** Whether the run's table was made when slow hooks were told of, and whatever is told was told once. */
export function tellsOnce({ hooks }: RunContext): boolean {
  return hooks.format !== undefined && hooks.format >= 3;
}

/** Whether hooks wait at a point that runs which began before it was told do not tell. */
export function watches(ctx: RunContext, point: string, step?: string): boolean {
  return ctx.hooks.format !== undefined && hasHooks(ctx, point, step);
}
