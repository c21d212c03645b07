/** Reads every JSON file of a folder and tells which are broken. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { json } from "node:stream/consumers";

const { folder: named } = await json(process.stdin);
const folder = resolve(import.meta.dirname, named);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort();
const problems = files.flatMap((name) => {
  try {
    JSON.parse(readFileSync(join(folder, name), "utf8"));
    return [];
  } catch (error) {
    return [{ file: name, message: error.message }];
  }
});
process.stdout.write(`${JSON.stringify({ files: files.length, problems })}\n`);
