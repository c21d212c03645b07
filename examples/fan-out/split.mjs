/** Finds the files to count and deals them out into shards of about equal size. */
import { readdirSync, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { json } from "node:stream/consumers";

const SKIPPED = new Set(["node_modules", ".git", ".heddle", "dist", "coverage"]);
// The list is a step's output, which expressions read into: it stays well below 64 KiB.
const MAX_LIST_BYTES = 20_000;

const { folder, extensions, shards: wanted } = await json(process.stdin);
const root = resolve(process.env.HEDDLE_PATTERN_DIR ?? import.meta.dirname, folder);
const found = [...filesIn(root)].toSorted((left, right) => right.bytes - left.bytes);
const kept = withinLimit(found);
const shards = dealOut(kept, Math.min(wanted, kept.length));
const result = { folder: root, files: kept.length, leftOut: found.length - kept.length, shards };
process.stdout.write(`${JSON.stringify(result)}\n`);

function* filesIn(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (SKIPPED.has(entry.name)) continue;
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile() && extensions.includes(extname(entry.name))) {
      yield { path: relative(root, path).split(sep).join("/"), bytes: statSync(path).size };
    }
  }
}

function withinLimit(files) {
  let bytes = 0;
  return files.filter(({ path }) => (bytes += Buffer.byteLength(path) + 3) <= MAX_LIST_BYTES);
}

/** Largest first, each to the shard that has least so far. */
function dealOut(files, count) {
  const dealt = Array.from({ length: count }, () => ({ bytes: 0, paths: [] }));
  for (const { path, bytes } of files) {
    const lightest = dealt.reduce((least, shard) => (shard.bytes < least.bytes ? shard : least));
    lightest.bytes += bytes;
    lightest.paths.push(path);
  }
  return dealt.map((shard) => shard.paths);
}
