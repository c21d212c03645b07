import { nameOf, renderStep, type ShownStep } from "./step-line.ts";

/** A picture that does not fit a terminal cannot be redrawn: what is done is folded first. */
const MAX_LINES = 30;

/**
 * The steps as lines, instances below the step they belong to. Beyond `MAX_LINES`, only steps that run, failed or wait
 * are shown one by one.
 */
export function renderTree(
  steps: readonly ShownStep[],
  nowMs: number,
  limit: number = MAX_LINES,
): readonly string[] {
  const width = Math.min(40, Math.max(0, ...steps.map((step) => nameOf(step).length + 2)));
  const line = (step: ShownStep): string => {
    const indent = step.instance === undefined ? "" : "  ";
    return `${indent}${renderStep(step, nowMs, width - indent.length)}`;
  };
  if (steps.length <= limit) return steps.map(line);
  const live = steps.filter((step) => NOTEWORTHY.has(step.status)).slice(0, limit - 1);
  return [...live.map(line), `… ${steps.length} steps: ${countByStatus(steps)}`];
}

const NOTEWORTHY: ReadonlySet<string> = new Set(["running", "failed", "compensating", "cancelled"]);

export function countByStatus(steps: readonly { readonly status: string }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
