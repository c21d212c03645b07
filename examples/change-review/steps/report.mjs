/** Last step: merges what the checks and the reviewers said into report.md and report.json. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer, Problem } from "../lib/program.mjs";
import { assembleReport } from "../lib/report.mjs";
import { renderMarkdown } from "../lib/render.mjs";

const SHOWN_FINDINGS = 5;

await answer((input) => {
  const folder = process.env.HEDDLE_OUTPUT_DIR;
  if (folder === undefined)
    throw new Problem("HEDDLE_OUTPUT_DIR is not set: where should the report go?");
  const report = assembleReport(input);
  mkdirSync(folder, { recursive: true });
  const reports = { markdown: join(folder, "report.md"), json: join(folder, "report.json") };
  writeFileSync(reports.markdown, renderMarkdown(report));
  writeFileSync(reports.json, `${JSON.stringify(report, null, 2)}\n`);
  const { verdict, summary, counts, change, checks } = report;
  const results = Object.fromEntries(checks.map(({ check, status }) => [check, status]));
  return {
    verdict,
    summary,
    counts,
    worst: worstFindings(report),
    change,
    checks: results,
    reports,
  };
});

/** The first few findings in one line each, for whoever reads the run's output and not the report. */
function worstFindings({ findings }) {
  return findings
    .filter((found) => found.severity !== "info")
    .slice(0, SHOWN_FINDINGS)
    .map(
      ({ severity, file, line, message }) =>
        `${severity}: ${file}${line === undefined ? "" : `:${line}`} ${message}`,
    );
}
