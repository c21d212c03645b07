/** Do tests come with the code? Says no (exit code 1) when the share of test lines is below `minRatio`. */
import { answer } from "../lib/program.mjs";
import { changedLines } from "../lib/patch.mjs";
import { checkResult } from "../lib/check.mjs";
import { finding, plural } from "../lib/finding.mjs";
import { isProgramming } from "../lib/languages.mjs";
import { listFiles } from "../lib/files.mjs";

const DEFAULT_MIN_RATIO = 0.2;
// Below this a ratio says nothing.
const ENOUGH_LINES = 20;

await answer(({ change, minRatio = DEFAULT_MIN_RATIO }) => {
  const files = listFiles(change).filter((file) => isProgramming(file.language) && !file.generated);
  const linesOf = changedLines(change);
  const source = countAdded(files, linesOf, false);
  const tests = countAdded(files, linesOf, true);
  const ratio = source === 0 ? null : Math.round((tests / source) * 100) / 100;
  const facts = { sourceLines: source, testLines: tests, ratio };
  if (source < ENOUGH_LINES) {
    const looked =
      files.length === 0 ? undefined : `${plural(source, "new source line")} (too few for a ratio)`;
    return checkResult("tests", deletedTests(files), { looked, facts });
  }
  const looked = `${source} source lines and ${tests} test lines (ratio ${ratio.toFixed(2)})`;
  const gate = ratio < minRatio ? tooFew(source, tests, ratio, minRatio) : undefined;
  return checkResult("tests", deletedTests(files), { looked, facts, gate });
});

function countAdded(files, linesOf, test) {
  return files
    .filter((file) => file.test === test)
    .reduce(
      (total, file) => total + linesOf(file).added.filter(({ text }) => text.trim() !== "").length,
      0,
    );
}

function deletedTests(files) {
  return files
    .filter((file) => file.test && file.status === "deleted")
    .map((file) => finding("warning", "test-file-deleted", file.path, "A test file was deleted."));
}

function tooFew(source, tests, ratio, minRatio) {
  return `${tests} test lines for ${source} new source lines: ratio ${ratio.toFixed(2)}, wanted at least ${minRatio}.`;
}
