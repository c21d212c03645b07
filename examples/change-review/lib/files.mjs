/** What a change touches: one entry per file, read without trusting file names (NUL-separated). */
import { DIFF_OPTIONS, git } from "./git.mjs";
import { describePath } from "./languages.mjs";

const STATUS_WORDS = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "retyped",
};

/** All files that differ between `base` and `head`, in git's order. */
export function listFiles({ repository, base, head, paths = [] }) {
  const output = git(repository, [
    "diff",
    "--raw",
    "--numstat",
    "-z",
    ...DIFF_OPTIONS,
    base,
    head,
    "--",
    ...paths,
  ]);
  const { raw, counts } = splitRecords(output.split("\0"));
  return raw.map((entry, position) => ({
    ...entry,
    ...counts[position],
    ...describePath(entry.path),
  }));
}

// git prints all raw records first, then all counts, both in the same order.
function splitRecords(tokens) {
  const raw = [];
  const counts = [];
  let position = 0;
  while (position < tokens.length - 1) {
    const token = tokens[position];
    if (token.startsWith(":") && counts.length === 0) {
      const entry = rawEntry(token, tokens[position + 1], tokens[position + 2]);
      raw.push(entry);
      position += entry.oldPath === undefined ? 2 : 3;
    } else {
      const [added, removed, name] = token.split("\t", 3);
      counts.push(countEntry(added, removed));
      position += name === "" ? 3 : 1;
    }
  }
  return { raw, counts };
}

function rawEntry(header, first, second) {
  const [oldMode, newMode, oldBlob, newBlob, status] = header.slice(1).split(" ");
  const letter = status.charAt(0);
  const moved = letter === "R" || letter === "C";
  return {
    path: moved ? second : first,
    ...(moved ? { oldPath: first } : {}),
    status: STATUS_WORDS[letter] ?? "changed",
    oldMode,
    newMode,
    oldBlob,
    newBlob,
  };
}

function countEntry(added, removed) {
  if (added === "-") return { additions: 0, deletions: 0, binary: true };
  return { additions: Number(added), deletions: Number(removed), binary: false };
}

/** True for a file whose new content can be read as text lines. */
export function hasText(file) {
  return file.status !== "deleted" && !file.binary && isRegular(file.newMode);
}

/** True for the mode of a plain file: neither a symbolic link nor a submodule. */
export function isRegular(mode) {
  return mode.startsWith("100");
}
