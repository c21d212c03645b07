import type { ErrorInfo, JsonValue } from "../core/index.ts";
import type {
  HookReport,
  ProgressReport,
  SegmentReport,
  StepReport,
} from "../workflows/messages.ts";

export type RunStatusName = "succeeded" | "failed" | "cancelled" | "timedOut" | "running";

/** How a run stands or ended. */
export interface RunOutcome {
  readonly status: RunStatusName;
  readonly output: JsonValue;
  readonly error?: ErrorInfo;
}

/** What `run start --wait --json` and `run show --json` print: scripts rely on these names. */
export interface RunReport extends RunOutcome {
  readonly runId: string;
  readonly workflowId: string;
  readonly url: string;
  readonly steps: readonly StepEntry[];
  readonly hooks: readonly HookEntry[];
  /** What there is to know of how the run began. */
  readonly notices?: readonly string[];
}

export type StepEntry = Omit<StepReport, "startedAt" | "finishedAt"> & {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
};

export interface HookEntry {
  readonly point: string;
  readonly step: string | null;
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
  readonly instance?: string;
  readonly attempts: number;
  readonly message?: string;
  readonly error?: ErrorInfo;
}

/** Joins what a run says of itself with what its earlier segments left behind, oldest first. */
export function buildReport(facts: {
  readonly runId: string;
  readonly workflowId: string;
  readonly url: string;
  readonly outcome: RunOutcome;
  readonly progress: ProgressReport | undefined;
  readonly hooks: readonly HookReport[];
  readonly earlier: readonly SegmentReport[];
}): RunReport {
  const steps = [...facts.earlier.map((segment) => segment.steps), facts.progress?.steps ?? []];
  const hooks = [...facts.earlier.flatMap((segment) => segment.hooks), ...facts.hooks];
  return {
    runId: facts.runId,
    workflowId: facts.workflowId,
    status: facts.outcome.status,
    output: facts.outcome.output,
    ...(facts.outcome.error === undefined ? {} : { error: facts.outcome.error }),
    url: facts.url,
    steps: latestPerInstance(steps).map(toStepEntry),
    hooks: hooks.map(toHookEntry),
    ...(facts.progress?.notices === undefined ? {} : { notices: facts.progress.notices }),
  };
}

/** A step that crossed a continue-as-new is known to two segments: the later one knows more. */
function latestPerInstance(segments: readonly (readonly StepReport[])[]): readonly StepReport[] {
  const latest = new Map<string, StepReport>();
  for (const step of segments.flat()) latest.set(`${step.id}[${step.instance ?? ""}]`, step);
  return [...latest.values()];
}

function toStepEntry(step: StepReport): StepEntry {
  return { ...step, startedAt: step.startedAt ?? null, finishedAt: step.finishedAt ?? null };
}

function toHookEntry(hook: HookReport): HookEntry {
  const { point, step, name, outcome, ms, ...rest } = hook;
  return { point, step: step ?? null, name, outcome, ms, ...rest };
}
