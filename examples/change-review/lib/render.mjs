/** The report as Markdown: what to do first, then why, then everything else. */
import { basename } from "node:path";
import { inWords, plural } from "./finding.mjs";
import { HEADLINES } from "./report.mjs";
import { code, plain, table } from "./markdown.mjs";

const FIRST_FINDINGS = 10;
const MAX_FINDINGS = 200;
const MARK = { error: "🔴", warning: "🟡", info: "⚪" };
const ADVICE = {
  blocked: "Do not merge before the red findings are dealt with.",
  "needs-attention": "Have a look at the yellow findings before merging.",
  "looks-good": "No check and no reviewer objects.",
  empty: "The range holds no change.",
};

export function renderMarkdown(report) {
  return `${[
    ...heading(report),
    ...section("Read this first", findingsTable(urgent(report.findings))),
    ...section("Checks", checksTable(report.checks)),
    ...section("Files", filesTable(report)),
    ...section("All findings", allFindings(report.findings)),
    ...section("Where the change is", hotTable(report.checks)),
    ...section("Commits", commitsTable(report.commits)),
    ...section(
      "Not looked at",
      report.notes.map((note) => `- ${plain(note)}`),
    ),
    ...section("Where the time went", durationsTable(report.durations)),
  ].join("\n")}\n`;
}

function heading({ verdict, counts, change, commits, totals }) {
  const size = `${plural(totals.files, "file")}, +${totals.additions} −${totals.deletions}, ${plural(commits.total, "commit")}`;
  const ids = `${change.base.slice(0, 10)}..${change.head.slice(0, 10)}`;
  return [
    `# Change review: ${plain(basename(change.repository))}, ${plain(change.range)}`,
    "",
    `**${HEADLINES[verdict]}** · ${inWords(counts)} · ${size} · ${code(ids)}`,
    "",
    ADVICE[verdict],
    "",
  ];
}

function section(title, lines) {
  return lines.length === 0 ? [] : [`## ${title}`, "", ...lines, ""];
}

function urgent(findings) {
  return findings.filter((found) => found.severity !== "info").slice(0, FIRST_FINDINGS);
}

function findingsTable(findings) {
  return table(
    ["", "Where", "What"],
    findings.map((found) => [MARK[found.severity], where(found), what(found)]),
  );
}

function where({ file, line }) {
  return code(line === undefined ? file : `${file}:${line}`);
}

function what({ message, rule, code: excerpt }) {
  return `${plain(message)} (${rule})${excerpt === undefined ? "" : `<br>${code(excerpt)}`}`;
}

function checksTable(checks) {
  return table(
    ["Check", "Result", "What it says"],
    checks.map(({ check, status, summary }) => [
      check,
      `${markOf(status)} ${status}`,
      plain(summary),
    ]),
  );
}

function markOf(status) {
  return { failed: MARK.error, warned: MARK.warning, passed: "🟢" }[status] ?? MARK.info;
}

function filesTable({ files, totals }) {
  const rows = files.map(
    ({ path, oldPath, status, additions, deletions, binary, review, counts }) => [
      oldPath === undefined ? code(path) : `${code(oldPath)} → ${code(path)}`,
      status,
      binary ? "binary" : `+${additions} −${deletions}`,
      `${markOf(worstOf(counts))} ${inWords(counts)}${review === null ? ", not read" : ""}`,
    ],
  );
  const lines = table(["File", "Change", "Lines", "Findings"], rows);
  if (files.length === totals.files || files.length === 0) return lines;
  return [
    `The ${files.length} most changed of ${totals.files} files; the checks looked at all.`,
    "",
    ...lines,
  ];
}

function worstOf({ error, warning }) {
  if (error > 0) return "failed";
  return warning > 0 ? "warned" : "passed";
}

function allFindings(findings) {
  const shown = findings
    .slice(0, MAX_FINDINGS)
    .map(
      (found) => `- ${MARK[found.severity]} ${where(found)}: ${what(found).replace("<br>", " ")}`,
    );
  if (findings.length <= MAX_FINDINGS) return shown;
  return [...shown, `- and ${findings.length - MAX_FINDINGS} more in report.json`];
}

function hotTable(checks) {
  const hot = checks.find(({ check }) => check === "size")?.facts.hot ?? [];
  return table(
    ["File", "Lines", "Branches", "Commits"],
    hot.map(({ path, added, removed, branches, commits }) => [
      code(path),
      `+${added} −${removed}`,
      `${branches > 0 ? "+" : ""}${branches}`,
      String(commits),
    ]),
  );
}

function commitsTable({ total, latest }) {
  const lines = latest.map(
    ({ id, author, date, subject }) =>
      `- ${code(id)} ${plain(subject)} (${plain(author)}, ${date})`,
  );
  return total > latest.length ? [...lines, `- and ${total - latest.length} more`] : lines;
}

function durationsTable(durations) {
  return table(
    ["Step", "Times", "Together", "Longest"],
    durations.map(({ step, times, totalMs, longestMs }) => [
      code(step),
      String(times),
      `${Math.round(totalMs)} ms`,
      `${Math.round(longestMs)} ms`,
    ]),
  );
}
