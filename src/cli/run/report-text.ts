import type { RunReport } from "../../client/index.ts";
import { renderTree } from "./step-tree.ts";

/** A run's report for people: how it went, its steps, the hooks that decided something, its output. */
export function renderReport(report: RunReport, nowMs: number): string {
  const lines = [
    `${report.status}  ${report.workflowId}`,
    ...renderTree(report.steps, nowMs, Number.POSITIVE_INFINITY).map((line) => `  ${line}`),
    ...renderHooks(report),
    ...(report.notices ?? []).map((notice) => `notice: ${notice}`),
  ];
  if (report.error !== undefined) {
    lines.push(`error: ${report.error.type}: ${report.error.message}`);
    if (report.error.details !== undefined) lines.push(indent(report.error.details));
  }
  if (report.output !== null) lines.push("output:", indent(report.output));
  lines.push(`see ${report.url}`);
  return lines.join("\n");
}

function renderHooks(report: RunReport): readonly string[] {
  const decisive = report.hooks.filter(({ outcome }) => outcome !== "continue");
  if (report.hooks.length === 0) return [];
  const head = `hooks: ${report.hooks.length} ran, ${decisive.length} steered`;
  return [
    head,
    ...decisive.map((hook) => {
      const where = hook.step === null ? hook.point : `${hook.point} ${hook.step}`;
      return `  ${hook.name} at ${where}: ${hook.outcome}${hook.message === undefined ? "" : ` (${hook.message})`}`;
    }),
  ];
}

function indent(value: unknown): string {
  return `  ${JSON.stringify(value, undefined, 2).replaceAll("\n", "\n  ")}`;
}
