/** Merges the outputs of all steps into one report: plain data, everything the Markdown shows and more. */
import { bySeverity, countBySeverity, inWords, plural } from "./finding.mjs";

const DURATION = "duration:";

/**
 * @param input - `change` (output of the first step), `checks` (outputs of the check steps, in order),
 *   `reviews` (one per file of `change`, null where the reviewer failed), `state` (durations by step)
 */
export function assembleReport({ change: first, checks, reviews, state = {} }) {
  const { change, commits, totals } = first.json;
  const results = checks.map((output) => output.json);
  const files = first.json.files.map((file, index) => fileEntry(file, reviews[index] ?? null));
  const findings = unique([...results, ...files.map((file) => file.review ?? { findings: [] })]);
  const counts = totalCounts(findings, [...results, ...files.map((file) => file.review)]);
  const verdict = verdictOf(totals.files, counts);
  return {
    verdict,
    summary: `${HEADLINES[verdict]}: ${inWords(counts)} in ${plural(totals.files, "changed file")}`,
    counts,
    change,
    commits,
    totals,
    checks: results.map(({ findings: _findings, ...rest }) => rest),
    files: files.map((file) => ({ ...file, counts: countsOf(file.path, findings) })),
    findings,
    notes: [...first.json.notes, ...reviewNotes(files), ...checkNotes(results)],
    durations: readDurations(state),
  };
}

export const HEADLINES = {
  blocked: "Not yet",
  "needs-attention": "Needs attention",
  "looks-good": "Looks good",
  empty: "Nothing to review",
};

function fileEntry({ path, oldPath, status, additions, deletions, binary, language }, review) {
  const moved = oldPath === undefined ? {} : { oldPath };
  return { path, ...moved, status, additions, deletions, binary, language, review };
}

// A check and a reviewer may see the same thing; it is said once.
function unique(parts) {
  const byPlace = new Map();
  for (const found of parts.flatMap((part) => part.findings)) {
    byPlace.set(JSON.stringify([found.file, found.line, found.rule, found.message]), found);
  }
  return [...byPlace.values()].toSorted(bySeverity);
}

// What the checks found in a file is listed with what its reviewer found.
function countsOf(path, findings) {
  return countBySeverity(findings.filter((found) => found.file === path));
}

// What was left out of a long list of findings still counts.
function totalCounts(findings, parts) {
  const counts = countBySeverity(findings);
  for (const part of parts) {
    if (!part?.omitted) continue;
    const shown = countBySeverity(part.findings);
    for (const severity of Object.keys(counts))
      counts[severity] += part.counts[severity] - shown[severity];
  }
  return counts;
}

function verdictOf(files, counts) {
  if (files === 0) return "empty";
  if (counts.error > 0) return "blocked";
  return counts.warning > 0 ? "needs-attention" : "looks-good";
}

function reviewNotes(files) {
  const failed = files.filter((file) => file.review === null);
  return failed.map((file) => `${file.path}: the reviewer failed on this file, so nobody read it.`);
}

function checkNotes(results) {
  return results.flatMap(({ check, notChecked }) => notChecked.map((note) => `${check}: ${note}`));
}

/** `duration:review[3]` and its like, summed up per step. */
function readDurations(state) {
  const steps = new Map();
  for (const [key, ms] of Object.entries(state)) {
    if (!key.startsWith(DURATION)) continue;
    const step = key.slice(DURATION.length).replace(/\[.*$/, "");
    const entry = steps.get(step) ?? { step, times: 0, totalMs: 0, longestMs: 0 };
    steps.set(step, {
      step,
      times: entry.times + 1,
      totalMs: entry.totalMs + ms,
      longestMs: Math.max(entry.longestMs, ms),
    });
  }
  return [...steps.values()].toSorted((left, right) => right.totalMs - left.totalMs);
}
