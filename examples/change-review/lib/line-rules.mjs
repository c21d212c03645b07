/**
 * What the reviewer looks for in an added line.
 *
 * A rule: `id`, `severity`, `of` (languages; absent = all), `in` (which view of the line is read, see lexer.mjs:
 * code, comment or text), `when` (a pattern) and `say`. `tests: false` leaves test files alone, where the thing is
 * usual; `excusable` accepts a comment as the reason.
 */
import { HARD_TO_READ } from "./rules/hard-to-read.mjs";
import { HIDDEN_ERRORS } from "./rules/hidden-errors.mjs";
import { LEFTOVERS } from "./rules/leftovers.mjs";
import { UNSAFE_CALLS } from "./rules/unsafe-calls.mjs";

const RULES = [...LEFTOVERS, ...UNSAFE_CALLS, ...HIDDEN_ERRORS, ...HARD_TO_READ];

const LONG_LINE = 200;
// Nobody reads further either, and some patterns take the square of a line's length.
const READ_CHARACTERS = 2000;
const PROSE = new Set(["markdown", "html", "json", "other"]);

/** The rules that hold for a file, each with `matches(line)`. */
export function rulesFor(file) {
  return [
    ...RULES.filter((rule) => appliesTo(rule, file)).map((rule) => ({
      ...rule,
      severity: isSampleText(rule, file) ? "info" : rule.severity,
      matches: (line) => rule.when.test(line[rule.in].slice(0, READ_CHARACTERS)),
    })),
    ...(PROSE.has(file.language) ? [] : [LONG_LINE_RULE]),
  ];
}

const LONG_LINE_RULE = {
  id: "long-line",
  severity: "info",
  say: `The line is longer than ${LONG_LINE} characters.`,
  matches: (line) => line.text.length > LONG_LINE,
};

// Strings in tests are often samples of what must not be done elsewhere.
function isSampleText(rule, file) {
  return file.test && rule.in === "text" && rule.id !== "conflict-marker";
}

function appliesTo(rule, file) {
  if (rule.tests === false && file.test) return false;
  return rule.of === undefined || rule.of.includes(file.language);
}
