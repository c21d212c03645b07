import { isAcceptable, type Issue } from "../../core/index.ts";
import type { Summary } from "../../patterns/index.ts";
import type { World } from "../context.ts";
import { renderIssues } from "../issues-text.ts";

export interface ValidateFlags {
  readonly edges?: boolean;
  readonly strict?: boolean;
  readonly functions?: readonly string[];
}

/** What `pattern validate --json` prints per file: scripts rely on these names. */
export interface ValidateReport {
  readonly file: string;
  readonly valid: boolean;
  readonly issues: readonly Issue[];
  /** Absent when the document is too broken to have steps. */
  readonly summary?: Summary;
  readonly edges?: readonly (readonly [string, string])[];
}

export async function validateFile(
  world: Pick<World, "loadDocument">,
  file: string,
  flags: ValidateFlags,
): Promise<{ readonly report: ValidateReport; readonly text: string }> {
  const { issues, summary, edges, text: source } = await world.loadDocument(file, flags.functions);
  const forbidden = flags.strict === true ? issues.some(isProblem) : !isAcceptable(issues);
  const report: ValidateReport = {
    file,
    valid: !forbidden,
    issues,
    ...(summary === undefined ? {} : { summary }),
    ...(flags.edges === true ? { edges } : {}),
  };
  return { report, text: renderReport(report, source) };
}

function isProblem(issue: Issue): boolean {
  return issue.severity !== "info";
}

function renderReport({ file, valid, issues, summary }: ValidateReport, source: string): string {
  const lines = [...renderIssues(file, issues, source)];
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const warnings = issues.filter(({ severity }) => severity === "warning").length;
  const verdict = valid ? "valid" : "refused";
  lines.push(`${file}: ${verdict} (${errors} errors, ${warnings} warnings)`);
  if (summary !== undefined) lines.push(`  ${describe(summary)}`);
  return lines.join("\n");
}

function describe({ steps, edges, depth, width, criticalPath, predictedEvents }: Summary): string {
  const { min, max } = predictedEvents;
  const events = min === max ? String(min) : `${min} to ${max}`;
  return [
    `${steps} steps, ${edges} edges, ${depth} levels, at most ${width} side by side`,
    `critical path: ${criticalPath.join(" -> ")}`,
    `Temporal events of a run: ${events}`,
  ].join("\n  ");
}
