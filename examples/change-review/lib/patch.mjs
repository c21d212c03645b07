/** Reads unified diffs without context lines into the lines that came and the lines that went. */
import { DIFF_OPTIONS, git } from "./git.mjs";

const PATCH_OPTIONS = [...DIFF_OPTIONS, "--patch", "--unified=0", "--inter-hunk-context=0"];
const NOTHING = { added: [], removed: [] };

/**
 * The changed lines of every file of a change: a function from a file entry to `{ added, removed }`,
 * each a list of `{ line, text }`. Looked up by content ids, not by name: names may hold anything.
 */
export function changedLines({ repository, base, head, paths = [] }) {
  const sections = parsePatch(
    git(repository, ["diff", ...PATCH_OPTIONS, base, head, "--", ...paths]),
  );
  return (file) => sections.get(sectionKey(file)) ?? NOTHING;
}

/** The changed lines of one file, from its two contents alone. */
export function changedLinesOfFile(repository, file) {
  if (file.binary || file.oldBlob === file.newBlob) return NOTHING;
  const [from, to] = [file.oldBlob, file.newBlob];
  if (!isNone(from) && !isNone(to) && file.status !== "retyped") {
    return (
      parsePatch(git(repository, ["diff", ...PATCH_OPTIONS, from, to])).get(`${from}..${to}`) ??
      NOTHING
    );
  }
  const lines = (id) => (isNone(id) ? [] : numbered(git(repository, ["cat-file", "blob", id])));
  return { added: lines(to), removed: lines(from) };
}

// A file that became a link (or back) is printed as one removal and one addition.
function sectionKey(file) {
  const from = file.status === "retyped" ? "0".repeat(file.newBlob.length) : file.oldBlob;
  return `${from}..${file.newBlob}`;
}

function isNone(id) {
  return /^0+$/.test(id);
}

/** Splits text into numbered lines; a final line break does not make one more line. */
export function numbered(text) {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, index) => ({ line: index + 1, text: withoutReturn(line) }));
}

function parsePatch(patch) {
  const sections = new Map();
  let section;
  let hunk;
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) section = hunk = undefined;
    else if (section === undefined) section = openSection(sections, line);
    else if (line.startsWith("@@ ")) hunk = openHunk(line);
    else if (hunk !== undefined) addLine(section, hunk, line);
  }
  return sections;
}

function openHunk(line) {
  const [, oldLine, newLine] = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
  return { oldLine: Number(oldLine), newLine: Number(newLine) };
}

function addLine(section, hunk, line) {
  const text = withoutReturn(line.slice(1));
  if (line.startsWith("+")) section.added.push({ line: hunk.newLine++, text });
  if (line.startsWith("-")) section.removed.push({ line: hunk.oldLine++, text });
}

function openSection(sections, line) {
  const ids = /^index ([0-9a-f]+\.\.[0-9a-f]+)/.exec(line);
  if (ids === null) return undefined;
  const section = { added: [], removed: [] };
  sections.set(ids[1], section);
  return section;
}

function withoutReturn(text) {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
