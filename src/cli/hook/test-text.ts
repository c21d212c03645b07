import { formatDuration } from "../../core/index.ts";
import { renderTable } from "../table.ts";
import type { TestReport } from "./test-hooks.ts";

/** What one event did, for people. */
export function renderTest({ matched, results, decision }: TestReport): string {
  const lines = [`${matched.length} matched, ${results.length} ran`];
  if (results.length > 0)
    lines.push(
      renderTable(
        ["HANDLER", "EXIT", "OUTCOME", "TIME", "SAID"],
        results.map(({ handler, exitCode, outcome, ms, stdout, stderr }) => [
          clip(handler),
          exitCode === null ? "-" : String(exitCode),
          outcome,
          formatDuration(ms),
          clip(stderr || stdout),
        ]),
      ),
    );
  const { outcome, reason, input, context, stop } = decision;
  lines.push(`decision: ${outcome}${reason === undefined ? "" : `: ${reason}`}`);
  if (input !== undefined) lines.push(`input: ${JSON.stringify(input)}`);
  if (context !== undefined) lines.push(`context: ${context}`);
  if (stop !== undefined) lines.push(`stop: ${stop.reason}`);
  return lines.join("\n");
}

function clip(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
