/**
 * Adds an incident to a file. A step may run twice, when a worker dies after it did its work: an incident that is there
 * already, known by its moment, is not written again.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { json } from "node:stream/consumers";

const { at, problems, file } = await json(process.stdin);
const known = existsSync(file) ? readFileSync(file, "utf8") : "";
if (!known.includes(at)) {
  const list = problems.map((problem) => `  ${problem.file}: ${problem.message}`);
  appendFileSync(file, `${at}\n${list.join("\n")}\n`);
}
process.stdout.write(
  `${JSON.stringify({ at, files: problems.map((problem) => problem.file), file })}\n`,
);
