/** What the reviewer says about a file as a whole: its kind, its rights, its functions, its tests. */
import { finding } from "./finding.mjs";
import { findFunctions } from "./functions.mjs";

const LONG_FUNCTION = 60;
const BRANCHY_FUNCTION = 15;
const LARGE_FILE_LINES = 1000;
const LARGE_BINARY_BYTES = 1024 * 1024;

const EXECUTABLE = "100755";
const LINK = "120000";
const SUBMODULE = "160000";

const TEST_CASE =
  /^\s*(?:(?:it|test)(?:\.\w+)*\(|(?:async\s+)?def test_\w+|func Test\w+\(|@Test\b|#\[test\])/;
const ASSERTION = /\b(?:expect|assert\w*)\b/;

/** Findings that the file's entry in the change tells, without reading it. */
export function entryFindings(file, size) {
  const found = [];
  const say = (severity, rule, message) => found.push(finding(severity, rule, file.path, message));
  if (file.newMode === SUBMODULE) say("info", "submodule", "A submodule points to another commit.");
  if (becameExecutable(file)) say("info", "permissions", "The file became executable.");
  if (file.oldMode === EXECUTABLE && file.newMode === "100644") {
    say("warning", "permissions", "The file is no longer executable.");
  }
  if (file.binary && file.status !== "deleted") {
    const large = size > LARGE_BINARY_BYTES;
    say(
      large ? "warning" : "info",
      "binary",
      `A binary file of ${size} bytes: its content was not read.`,
    );
  }
  return found;
}

function becameExecutable({ oldMode, newMode }) {
  return newMode === EXECUTABLE && oldMode === "100644";
}

/** A link that leads out of the repository means something else on every machine. */
export function linkFindings(file, target) {
  if (file.newMode !== LINK) return [];
  const depth = file.path.split("/").length - 1;
  const climbs = target.split("/").filter((part) => part === "..").length;
  if (!target.startsWith("/") && climbs <= depth) return [];
  return [
    finding(
      "error",
      "link-outside",
      file.path,
      "A symbolic link that leads out of the repository.",
      { code: target },
    ),
  ];
}

/** Functions that this change made, or made longer, beyond what one reads at a glance. */
export function functionFindings(file, lines, added) {
  const touched = new Set(added.map((entry) => entry.line));
  return findFunctions(file.language, lines).flatMap((fn) => {
    const length = fn.end - fn.start + 1;
    const changed = countWithin(touched, fn);
    if (changed * 2 < length) return [];
    const at = { line: fn.start };
    // A test suite is one long function; that is its shape, not a fault.
    if (length > LONG_FUNCTION && !file.test) {
      return [
        finding("warning", "long-function", file.path, `${fn.name} is ${length} lines long.`, at),
      ];
    }
    if (fn.branches > BRANCHY_FUNCTION) {
      const message = `${fn.name} has about ${fn.branches} branches.`;
      return [finding("warning", "branchy-function", file.path, message, at)];
    }
    return [];
  });
}

function countWithin(lines, { start, end }) {
  let count = 0;
  for (let line = start; line <= end; line += 1) if (lines.has(line)) count += 1;
  return count;
}

/** Tests and assertions that went and were not replaced. */
export function removedTests(file, { added, removed }) {
  if (!file.test || file.status === "deleted") return [];
  const lost = (pattern) => count(removed, pattern) - count(added, pattern);
  const cases = lost(TEST_CASE);
  if (cases > 0)
    return [
      finding(
        "warning",
        "tests-removed",
        file.path,
        `${cases} more test cases removed than added.`,
      ),
    ];
  const assertions = lost(ASSERTION);
  if (assertions < 3) return [];
  return [
    finding(
      "info",
      "assertions-removed",
      file.path,
      `${assertions} more assertions removed than added.`,
    ),
  ];
}

function count(lines, pattern) {
  return lines.filter((entry) => pattern.test(entry.text)).length;
}

/** A file that this change carried past the size one can keep in mind. */
export function largeFile(file, lines) {
  const before = lines.length - file.additions + file.deletions;
  if (file.test || lines.length <= LARGE_FILE_LINES || before > LARGE_FILE_LINES) return [];
  return [finding("info", "large-file", file.path, `The file now has ${lines.length} lines.`)];
}
