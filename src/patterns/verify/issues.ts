import type { Issue, Severity } from "../../core/index.ts";
import { formatPath, type DocumentPath } from "../walk.ts";
import type { Finding, Rule } from "./rule.ts";

/** Where in the text a part of the document stands; zeros where the source has no positions. */
export type Locate = (path: DocumentPath) => Pick<Issue, "line" | "column">;

export function toIssue(rule: Rule, finding: Finding, locate: Locate): Issue {
  const { line, column } = locate(finding.path);
  return {
    code: rule.code,
    severity: finding.severity ?? rule.severity,
    path: formatPath(finding.path),
    line,
    column,
    message: finding.message,
    hint: finding.hint,
  };
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** In reading order; what has no position keeps its order, errors first. */
export function sortIssues(issues: readonly Issue[]): readonly Issue[] {
  return [...issues].sort(
    (left, right) =>
      left.line - right.line ||
      left.column - right.column ||
      RANK[left.severity] - RANK[right.severity],
  );
}
