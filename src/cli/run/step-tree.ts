import { nameOf, renderStep, type ShownStep } from "./step-line.ts";

/** A picture that does not fit a terminal cannot be redrawn: what is done is folded first. */
const MAX_LINES = 30;

/**
 * The steps as lines, instances below the step they belong to, whenever they appeared. Beyond `MAX_LINES`, only steps
 * that run, failed or wait are shown one by one.
 */
export function renderTree(
  reported: readonly ShownStep[],
  nowMs: number,
  limit: number = MAX_LINES,
): readonly string[] {
  const steps = groupById(reported);
  const heads = new Set(steps.filter(isHead).map(({ id }) => id));
  const width = Math.min(40, Math.max(0, ...steps.map((step) => nameOf(step).length + 2)));
  const line = (step: ShownStep): string => {
    // A step inside a repeated scope has instances only: below another step they would seem to be that one's.
    const indent = isHead(step) || !heads.has(step.id) ? "" : "  ";
    return `${indent}${renderStep(step, nowMs, width - indent.length)}`;
  };
  if (steps.length <= limit) return steps.map(line);
  const live = steps.filter((step) => NOTEWORTHY.has(step.status)).slice(0, limit - 1);
  return [...live.map(line), `… ${steps.length} steps: ${countByStatus(steps)}`];
}

/** Steps in order of first appearance, each followed by its instances in the order of their indices. */
function groupById(steps: readonly ShownStep[]): readonly ShownStep[] {
  const groups = new Map<string, ShownStep[]>();
  for (const step of steps) {
    const group = groups.get(step.id);
    if (group === undefined) groups.set(step.id, [step]);
    else group.push(step);
  }
  return [...groups.values()].flatMap((group) => group.sort(byInstance));
}

function isHead({ instance }: ShownStep): boolean {
  return instance === undefined;
}

/** `2` before `10`, and `1.9` before `2.0`: paths are lists of numbers. */
function byInstance(a: ShownStep, b: ShownStep): number {
  const [left, right] = [indicesOf(a), indicesOf(b)];
  for (const [place, index] of left.entries()) {
    const other = right[place];
    if (other === undefined) return 1;
    if (index !== other) return index - other;
  }
  return left.length - right.length;
}

function indicesOf({ instance }: ShownStep): readonly number[] {
  return instance === undefined ? [] : instance.split(".").map(Number);
}

const NOTEWORTHY: ReadonlySet<string> = new Set(["running", "failed", "compensating", "cancelled"]);

export function countByStatus(steps: readonly { readonly status: string }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
