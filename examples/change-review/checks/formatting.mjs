/** White space that a reviewer should not have to mention: what `git diff --check` sees, and a little more. */
import { answer } from "../lib/program.mjs";
import { DIFF_OPTIONS, git } from "../lib/git.mjs";
import { changedLines } from "../lib/patch.mjs";
import { checkResult } from "../lib/check.mjs";
import { CONFLICT_MARKER, finding, plural } from "../lib/finding.mjs";
import { hasText, listFiles } from "../lib/files.mjs";
import { readContents } from "../lib/blobs.mjs";

const CHECK_LINE =
  /^(?<path>.*):(?<line>\d+): (?<what>trailing whitespace|space before tab in indent|indent with spaces|tab in indent|new blank line at EOF|leftover conflict marker)/;
// Two spaces at the end of a line are a line break there.
const HARD_BREAKS = new Set(["markdown"]);
// Tabs and spaces have a meaning of their own there.
const FREE_INDENTATION = new Set(["make", "markdown", "other", "html", "css"]);

await answer(({ change }) => {
  const files = listFiles(change).filter((file) => hasText(file) && !file.generated);
  if (files.length === 0) return checkResult("formatting", []);
  const contents = readContents(change.repository, files);
  const linesOf = changedLines(change);
  const findings = gitFindings(change, files);
  const notChecked = [];
  for (const file of files) {
    const { text } = contents.get(file.newBlob);
    if (text === null) notChecked.push(`${file.path}: too large to read line by line`);
    else findings.push(...textFindings(file, text, linesOf(file).added));
  }
  return checkResult("formatting", findings, { looked: plural(files.length, "file"), notChecked });
});

function gitFindings(change, files) {
  const range = [change.base, change.head, "--", ...change.paths];
  const output = git(change.repository, ["diff", "--check", ...DIFF_OPTIONS, ...range], {
    accept: [0, 2],
  });
  const lines = output.split("\n");
  return lines.flatMap((line, position) => {
    const { path, line: number, what } = CHECK_LINE.exec(line)?.groups ?? {};
    const file = path === undefined ? undefined : fileNamed(files, path);
    if (file === undefined) return [];
    const code = (lines[position + 1] ?? "").replace(/^\+/, "");
    if (HARD_BREAKS.has(file.language) && /\S {2}$/.test(code)) return [];
    return [finding(...whitespaceFinding(what, file.path), { line: Number(number) })];
  });
}

function whitespaceFinding(what, path) {
  if (what === "leftover conflict marker")
    return ["error", "conflict-marker", path, CONFLICT_MARKER];
  const message = `${what[0].toUpperCase()}${what.slice(1)}.`;
  return ["info", what.toLowerCase().replaceAll(" ", "-"), path, message];
}

// A name with line breaks arrives in pieces, of which the last stands before the line number.
function fileNamed(files, path) {
  return (
    files.find((file) => file.path === path) ??
    files.find((file) => file.path.endsWith(`\n${path}`))
  );
}

function textFindings(file, text, added) {
  return [
    lineEnds(file, text),
    lastLine(file, text),
    byteOrderMark(file, text),
    indentation(file, text, added),
  ].filter((found) => found !== undefined);
}

function lineEnds(file, text) {
  const windows = text.split("\r\n").length - 1;
  const unix = text.split("\n").length - 1 - windows;
  if (windows === 0 || unix === 0) return undefined;
  const message = `Line ends are mixed: ${plural(windows, "line")} with CRLF, ${unix} with LF.`;
  return finding("warning", "mixed-line-ends", file.path, message);
}

function lastLine(file, text) {
  if (text === "" || text.endsWith("\n")) return undefined;
  return finding("info", "no-final-newline", file.path, "The last line has no line break.", {
    line: text.split("\n").length,
  });
}

function byteOrderMark(file, text) {
  if (!text.startsWith("\uFEFF")) return undefined;
  return finding("info", "byte-order-mark", file.path, "The file begins with a byte order mark.", {
    line: 1,
  });
}

/** Added lines that are indented unlike most of the file. */
function indentation(file, text, added) {
  if (FREE_INDENTATION.has(file.language)) return undefined;
  const tabs = countMatching(text.split("\n"), /^\t/);
  const spaces = countMatching(text.split("\n"), /^ {2}/);
  if (tabs === 0 || spaces === 0) return undefined;
  const odd = tabs < spaces ? /^\t/ : /^ {2}/;
  const first = added.find((entry) => odd.test(entry.text));
  if (first === undefined) return undefined;
  const message = `Indentation is mixed: ${plural(tabs, "line")} with tabs, ${spaces} with spaces.`;
  return finding("info", "mixed-indentation", file.path, message, { line: first.line });
}

function countMatching(lines, pattern) {
  return lines.filter((line) => pattern.test(line)).length;
}
