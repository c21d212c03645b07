/** The shape every check answers in, so that the report can treat them alike. */
import { capped, countBySeverity, inWords } from "./finding.mjs";

const MAX_FINDINGS = 40;
const MAX_NOT_CHECKED = 10;

/**
 * @param name - the check's short name
 * @param findings - all findings, any order
 * @param extra - `looked` (what it looked at, in words), `notChecked` (what it could not look at, and
 *   why), `facts` (numbers for the report), `gate` (a sentence: the check says no)
 */
export function checkResult(name, findings, { looked, notChecked = [], facts = {}, gate } = {}) {
  const counts = countBySeverity(findings);
  return {
    check: name,
    status: statusOf(counts, looked, gate),
    summary:
      gate ?? (looked === undefined ? "nothing to check" : `${inWords(counts)} in ${looked}`),
    counts,
    ...capped(findings, MAX_FINDINGS),
    notChecked: shortened(notChecked),
    facts,
    ...(gate === undefined ? {} : { exitCode: 1 }),
  };
}

function statusOf(counts, looked, gate) {
  if (gate !== undefined || counts.error > 0) return "failed";
  if (counts.warning > 0) return "warned";
  return looked === undefined ? "nothing to check" : "passed";
}

function shortened(notes) {
  if (notes.length <= MAX_NOT_CHECKED) return notes;
  return [...notes.slice(0, MAX_NOT_CHECKED), `and ${notes.length - MAX_NOT_CHECKED} more`];
}
