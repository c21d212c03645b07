import type { JsonValue } from "../../core/index.ts";
import {
  replayHook,
  type HandlerContext,
  type Replayed,
  type ReplayMode,
} from "../../hooks/executors/index.ts";
import type { Registry } from "../../registry/index.ts";

export type ReplayReport = { readonly executionId: string; readonly hook?: string } & (
  Replayed | { readonly error: { readonly code: string; readonly message: string } }
);

export interface ReplayAllOptions {
  readonly mode: ReplayMode;
  readonly set: Readonly<Record<string, JsonValue>>;
  readonly ignore: readonly string[];
  readonly concurrency: number;
}

/** Replays executions, so many at a time; the reports come in the order asked for. */
export async function replayAll(
  ids: readonly string[],
  registry: Registry,
  host: HandlerContext,
  { concurrency, ...options }: ReplayAllOptions,
): Promise<readonly ReplayReport[]> {
  const reports: ReplayReport[] = [];
  const waiting = [...ids.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, executionId] = next;
      reports[place] = await replayOne(executionId, registry, host, options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, ids.length) }, work));
  return reports;
}

async function replayOne(
  executionId: string,
  registry: Registry,
  host: HandlerContext,
  options: Omit<ReplayAllOptions, "concurrency">,
): Promise<ReplayReport> {
  const execution = await registry.findHookExecution(executionId);
  if (execution === undefined)
    return refuse(executionId, "EXECUTION_NOT_FOUND", "No such execution is in the ledger");
  const recording = await registry.findRecording(executionId);
  if (recording === undefined)
    return refuse(
      executionId,
      "EXECUTION_NOT_REPLAYABLE",
      "What the hook was asked was too large to be kept",
    );
  const replayed = await replayHook({ ...execution, ...recording }, options, host);
  return { executionId, hook: execution.hook, ...replayed };
}

function refuse(executionId: string, code: string, message: string): ReplayReport {
  return { executionId, error: { code, message } };
}

export function renderReplay(report: ReplayReport): string {
  if ("error" in report) return `${report.executionId}: ${report.error.message}`;
  const { executionId, identical, similarity, differences } = report;
  if (identical) return `${executionId}: identical`;
  const shown = differences.map(
    ({ path, severity, recorded, replayed }) =>
      `  ${severity} ${path}: ${show(recorded)} -> ${show(replayed)}`,
  );
  return [`${executionId}: similarity ${similarity.toFixed(3)}`, ...shown].join("\n");
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
