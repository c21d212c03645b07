import type { Issue } from "../../../core/index.ts";

/** Columns of source shown around a problem in a very long line. */
const WIDTH = 120;

/**
 * Writes issues for people: what is wrong, the line it is in with a caret below, and what to do.
 * @param text - the document the issues are about; issues without a position are shown without a line
 * @param file - the name to show before line and column
 */
export function renderIssues(text: string, issues: readonly Issue[], file = ""): string {
  const lines = text.split(/\r?\n/);
  return issues.map((issue) => renderIssue(lines, issue, file)).join("\n\n");
}

function renderIssue(lines: readonly string[], issue: Issue, file: string): string {
  const place = [file, issue.line > 0 ? `${issue.line}:${issue.column}` : issue.path]
    .filter((part) => part !== "")
    .join(":");
  return [
    `${place === "" ? "" : `${place} `}${issue.severity} ${issue.code}: ${issue.message}`,
    ...excerpt(lines[issue.line - 1], issue),
    `  ${issue.hint}`,
  ].join("\n");
}

function excerpt(line: string | undefined, issue: Issue): readonly string[] {
  if (line === undefined || issue.column < 1) return [];
  const at = Math.min(issue.column - 1, line.length);
  const from = line.length <= WIDTH ? 0 : Math.max(0, at - WIDTH / 2);
  const shown = line.slice(from, from + WIDTH);
  const gutter = String(issue.line);
  // Tabs stay tabs in the line of the caret, so that the two lines agree at every tab width.
  const indent = shown.slice(0, at - from).replaceAll(/[^\t]/g, " ");
  return [`  ${gutter} | ${shown}`, `  ${" ".repeat(gutter.length)} | ${indent}^`];
}
