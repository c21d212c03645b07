/** The order in which the leaf steps of a run began and ended, as lines that a test can list. */
import type { StepReport } from "../../src/workflows/messages.ts";

interface Moment {
  readonly at: string;
  readonly rank: number;
  readonly index: number;
  readonly name: string;
  readonly what: string;
}

const SCOPES: ReadonlySet<string> = new Set(["group", "loop", "switch"]);

/**
 * `a` = it began and ended with nothing in between; else `a begins`, `a ends`, or how it ended otherwise. Scopes and the
 * summaries of a foreach are listed only where they did not succeed: the steps inside tell the rest.
 *
 * Inside one workflow task the clock stands still. What has the same time is listed by this rule: first the ends of what
 * had begun before, then what began, as the report has it, then what was cancelled, then what was undone.
 */
export function traceOf(steps: readonly StepReport[]): readonly string[] {
  const moments = steps.flatMap((step, index) => momentsOf(step, index, steps)).sort(compare);
  return moments.flatMap(({ name, what }, index) => {
    const next = moments[index + 1];
    const before = moments[index - 1];
    if (what === "begins" && next?.name === name && next.what === "ends") return [name];
    if (what === "ends" && before?.name === name && before.what === "begins") return [];
    return [`${name} ${what}`];
  });
}

function momentsOf(step: StepReport, index: number, all: readonly StepReport[]): readonly Moment[] {
  const { startedAt, finishedAt = "", status } = step;
  const name = step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
  const what = status === "succeeded" ? "ends" : status;
  const end = { at: finishedAt, rank: rankOf(step), index, name, what };
  if (isScope(step, all)) return status === "succeeded" ? [] : [end];
  return startedAt === undefined || BEGINS_UNSAID.has(status)
    ? [end]
    : [{ at: startedAt, rank: BEGAN, index, name, what: "begins" }, end];
}

const BEGINS_UNSAID: ReadonlySet<string> = new Set(["skipped", "failed", "compensated"]);

const [WOKEN, BEGAN, CANCELLED, UNDONE] = [0, 1, 2, 3];

function rankOf({ startedAt, finishedAt = "", status }: StepReport): number {
  if (status === "cancelled") return CANCELLED;
  if (status === "compensated") return UNDONE;
  return startedAt !== undefined && startedAt < finishedAt ? WOKEN : BEGAN;
}

function isScope(step: StepReport, all: readonly StepReport[]): boolean {
  const inside = step.instance === undefined ? "" : `${step.instance}.`;
  const isSummary = all.some(
    ({ id, instance }) =>
      id === step.id && instance !== step.instance && instance?.startsWith(inside) === true,
  );
  return isSummary || SCOPES.has(step.kind);
}

/** The sort is stable: a step ends after it began. */
function compare(left: Moment, right: Moment): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.rank - right.rank || left.index - right.index;
}
