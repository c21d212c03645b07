/** One remark about a change, and what a list of them amounts to. */
import { withoutSecret } from "./secret-rules.mjs";

const RANK = { error: 0, warning: 1, info: 2 };
/** Said alike by the formatting check and the reviewer, so that the report shows it once. */
export const CONFLICT_MARKER = "A merge conflict marker was left.";

const MAX_EXCERPT = 120;

/** Builds a finding; `line` is a line of the new file, absent when the remark is about the whole file. */
export function finding(severity, rule, file, message, { line, code } = {}) {
  return {
    severity,
    rule,
    file,
    ...(line === undefined ? {} : { line }),
    message,
    ...(code === undefined ? {} : { code: excerpt(code) }),
  };
}

/** Worst first, then in reading order. */
export function bySeverity(left, right) {
  return (
    RANK[left.severity] - RANK[right.severity] ||
    (left.file < right.file ? -1 : Number(left.file > right.file)) ||
    (left.line ?? 0) - (right.line ?? 0)
  );
}

/** The first `limit` findings, worst first, and how many were left out: outputs travel in the run's history. */
export function capped(findings, limit) {
  const sorted = findings.toSorted(bySeverity);
  return { findings: sorted.slice(0, limit), omitted: Math.max(0, sorted.length - limit) };
}

/** How many findings there are of each severity. */
export function countBySeverity(findings) {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** "2 errors and 1 warning", "no findings". */
export function inWords(counts) {
  const words = [
    [counts.error, "error"],
    [counts.warning, "warning"],
    [counts.info, "remark"],
  ]
    .filter(([count]) => count > 0)
    .map(([count, word]) => plural(count, word));
  if (words.length === 0) return "no findings";
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 file", "3 files". */
export function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function excerpt(code) {
  const line = withoutSecret(code.trim());
  return line.length <= MAX_EXCERPT ? line : `${line.slice(0, MAX_EXCERPT - 1)}…`;
}
