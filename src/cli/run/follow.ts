import type { RunHandle, RunOutcome, RunReport } from "../../client/index.ts";
import { HeddleError } from "../../core/index.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { createProgressView } from "./progress-view.ts";

/** Waits for a run's end and shows its progress on the way. */
export async function followRun(run: RunHandle, output: Output): Promise<RunOutcome> {
  const view = createProgressView(output, Date.now);
  let isSilent = false;
  const onSilence = (error: HeddleError): void => {
    if (isSilent || error.code !== "NO_ANSWER") return;
    isSilent = true;
    output.note(`${error.message} ${error.hint ?? ""}`);
  };
  for await (const progress of run.watch({ onSilence })) view.show(progress);
  output.draw("");
  return run.outcome();
}

/**
 * The run's report, also when no worker can tell the steps any more: the outcome is the server's knowledge and never
 * depends on a worker.
 */
export async function reportRun(
  run: RunHandle,
  output: Output,
  known?: RunOutcome,
): Promise<RunReport> {
  try {
    return await askTwice(() => run.report(known));
  } catch (thrown) {
    if (!(thrown instanceof HeddleError) || !WITHOUT_STEPS.has(thrown.code)) throw thrown;
    // A run that failed before its first step has told everything with its error.
    if (thrown.code !== "NOT_BEGUN") {
      output.note(`Steps and hooks are not shown: ${thrown.message}`);
    }
    return toBareReport(run, known ?? (await run.current()));
  }
}

/** A worker that replays a long run for the first question has it in memory for the second. */
async function askTwice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof HeddleError) || thrown.code !== "NO_ANSWER") throw thrown;
    return ask();
  }
}

const WITHOUT_STEPS: ReadonlySet<string> = new Set(["NO_ANSWER", "NO_PROGRESS", "NOT_BEGUN"]);

/** What is known of a run without asking a worker. */
export function toBareReport(
  run: Pick<RunHandle, "runId" | "workflowId" | "url">,
  outcome: RunOutcome & { readonly runId?: string },
): RunReport {
  return {
    runId: run.runId ?? outcome.runId ?? "",
    workflowId: run.workflowId,
    status: outcome.status,
    output: outcome.output,
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
    url: run.url,
    steps: [],
    hooks: [],
  };
}

export function exitCodeOfRun(report: Pick<RunReport, "status">): ExitCode {
  return report.status === "succeeded" || report.status === "running" ? 0 : 1;
}
