/** Adds the counts of all shards up and writes the whole list to words.csv. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";

const { counts, top, leftOut } = await json(process.stdin);
const words = new Map();
const totals = { files: 0, lines: 0, words: 0 };
for (const { json: shard } of counts) {
  totals.files += shard.files;
  totals.lines += shard.lines;
  for (const [word, count] of Object.entries(shard.words)) {
    totals.words += count;
    words.set(word, (words.get(word) ?? 0) + count);
  }
}
const ranked = [...words].toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
const folder = process.env.HEDDLE_OUTPUT_DIR ?? process.cwd();
const list = join(folder, "words.csv");
mkdirSync(folder, { recursive: true });
writeFileSync(list, `word,count\n${ranked.map((row) => `${row.join(",")}\n`).join("")}`);
const mostUsed = Object.fromEntries(ranked.slice(0, top));
process.stdout.write(
  `${JSON.stringify({ ...totals, leftOut, distinct: words.size, mostUsed, list })}\n`,
);
