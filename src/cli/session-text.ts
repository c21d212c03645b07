import type { SessionReport } from "../client/index.ts";
import { renderTable } from "./table.ts";

/** A session for people. */
export function renderSession(report: SessionReport, url: string): string {
  const lines = [
    `${report.status}  ${report.session}  since ${report.startedAt}`,
    `state (version ${report.stateVersion}): ${JSON.stringify(report.state)}`,
  ];
  for (const checkpoint of report.checkpoints) {
    lines.push(`checkpoint ${checkpoint.number}  ${checkpoint.at}  ${checkpoint.reason}`);
  }
  if (report.runs.length > 0) {
    const rows = report.runs.map((run) => [run.status, run.pattern, run.workflowId]);
    lines.push(renderTable(["STATUS", "PATTERN", "RUN"], rows));
  }
  for (const note of report.notes) lines.push(`note: ${note}`);
  lines.push(`see ${url}`);
  return lines.join("\n");
}
