/** Reads the contents of many files of a change with two git processes, whatever their number. */
import { gitBytes, git } from "./git.mjs";

const LINE_FEED = 0x0a;

/** Files above this size are not read line by line; the reports name them as not checked. */
export const MAX_TEXT_BYTES = 512 * 1024;

/**
 * The new contents of `files`: a map from blob id to `{ size, text }`, `text` being null when the
 * file is larger than MAX_TEXT_BYTES.
 */
export function readContents(repository, files) {
  const ids = [...new Set(files.map((file) => file.newBlob))];
  if (ids.length === 0) return new Map();
  const sizes = new Map(
    git(repository, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
      input: asLines(ids),
    })
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([id, size]) => [id, Number(size)]),
  );
  const small = ids.filter((id) => sizes.get(id) <= MAX_TEXT_BYTES);
  const texts = readBatch(repository, small);
  return new Map(ids.map((id) => [id, { size: sizes.get(id), text: texts.get(id) ?? null }]));
}

// Each answer is "<id> <type> <size>\n<content>\n".
function readBatch(repository, ids) {
  const texts = new Map();
  if (ids.length === 0) return texts;
  const output = gitBytes(repository, ["cat-file", "--batch"], { input: asLines(ids) });
  let position = 0;
  for (const id of ids) {
    const start = output.indexOf(LINE_FEED, position) + 1;
    const size = Number(output.toString("latin1", position, start).split(" ")[2]);
    texts.set(id, output.toString("utf8", start, start + size));
    position = start + size + 1;
  }
  return texts;
}

function asLines(ids) {
  return `${ids.join("\n")}\n`;
}
