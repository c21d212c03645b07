import { formatDuration } from "../../core/index.ts";

/** What is known of a run, in the shape that `run show --json` prints. */
export interface RunRecord {
  readonly steps: readonly RunStep[];
  readonly hooks?: readonly RunHook[];
}

export interface RunStep {
  readonly id: string;
  readonly instance?: string;
  readonly status: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly attempts?: number;
}

export interface RunHook {
  readonly point: string;
  readonly step?: string;
  readonly name: string;
  readonly outcome: string;
}

/** How one step of a run went. */
export interface Overlay {
  readonly status: string;
  /** Status, time, attempts, what hooks decided. */
  readonly lines: readonly string[];
}

/** Outcomes that changed nothing are not shown. */
const QUIET = new Set(["continue", "skipped"]);

/** Finds what is to be shown for a step; nothing for one that the run never came to. */
export function createOverlays(run: RunRecord | undefined): (id: string) => Overlay | undefined {
  const steps = groupBy(run?.steps ?? [], ({ id }) => id);
  const hooks = groupBy(run?.hooks ?? [], ({ step }) => step ?? "");
  return (id) => {
    const records = steps.get(id) ?? [];
    // A repeated step has one record per instance and one for all of them together.
    const whole = records.find(({ instance }) => instance === undefined) ?? records.at(-1);
    return (
      whole && {
        status: whole.status,
        lines: linesOf(whole, records.length - 1, hooks.get(id) ?? []),
      }
    );
  };
}

function linesOf(whole: RunStep, instances: number, hooks: readonly RunHook[]): readonly string[] {
  const attempts = whole.attempts ?? 1;
  return [
    [whole.status, timeOf(whole)].filter((part) => part !== "").join(" "),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(instances > 0 ? [instances === 1 ? "1 instance" : `${instances} instances`] : []),
    ...hooks
      .filter(({ outcome }) => !QUIET.has(outcome))
      .map(({ name, outcome }) => `${name}: ${outcome}`),
  ];
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const same = groups.get(keyOf(item));
    if (same) same.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function timeOf({ startedAt, finishedAt }: RunStep): string {
  if (startedAt === undefined || finishedAt === undefined) return "";
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isFinite(ms) && ms >= 0 ? formatDuration(ms) : "";
}

/** One colour per group of states, readable on white and with black text. */
export const COLORS: Readonly<Record<string, string>> = {
  succeeded: "#c8e6c9",
  failed: "#ffcdd2",
  running: "#bbdefb",
  skipped: "#eeeeee",
  cancelled: "#e0e0e0",
  compensating: "#ffe0b2",
  compensated: "#ffe0b2",
};
