/** Counts lines and words of one shard. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";

const WORD = /\p{Letter}[\p{Letter}\p{Number}'’]*/gu;

const { folder, files: listed } = await json(process.stdin);
// A file may have gone since the list was made; the result says how many were counted.
const files = listed.filter((file) => existsSync(join(folder, file)));
const words = new Map();
let lines = 0;
for (const file of files) {
  const text = readFileSync(join(folder, file), "utf8");
  lines += text.split("\n").length - 1;
  for (const [word] of text.toLowerCase().matchAll(WORD))
    words.set(word, (words.get(word) ?? 0) + 1);
}
process.stdout.write(
  `${JSON.stringify({ files: files.length, lines, words: Object.fromEntries(words) })}\n`,
);
