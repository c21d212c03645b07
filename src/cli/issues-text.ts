import type { Issue } from "../core/index.ts";

/** Issues for people: place, message, what to do. */
export function renderIssues(file: string, issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => {
    const place = issue.line > 0 ? `${file}:${issue.line}:${issue.column}` : file;
    const path = issue.path === "" ? "" : ` ${issue.path}:`;
    const head = `${place}: ${issue.severity}:${path} ${issue.message} [${issue.code}]`;
    return issue.hint === "" ? [head] : [head, `  ${issue.hint}`];
  });
}
