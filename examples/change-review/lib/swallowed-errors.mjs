/** Handlers that catch an error and do nothing with it. A comment inside counts as a reason. */
import { finding } from "./finding.mjs";

const MESSAGE =
  "An error is caught and nothing is done with it. Handle it, or say why it cannot matter.";
const FURTHEST_LINES = 6;

/** Findings for the empty handlers that begin on an added line. */
export function swallowedErrors(file, lines, added) {
  const isEmpty = file.language === "python" ? isEmptyExcept : isEmptyCatch;
  return added
    .filter(({ line }) => lines[line - 1] !== undefined && isEmpty(lines, line - 1))
    .map(({ line, text }) =>
      finding("warning", "swallowed-error", file.path, MESSAGE, { line, code: text }),
    );
}

function isEmptyCatch(lines, index) {
  const [head] = /\bcatch\b\s*(\([^)]*\)\s*)?\{.*$/.exec(lines[index].code) ?? [];
  if (head === undefined) return false;
  const following = lines.slice(index + 1, index + FURTHEST_LINES).map((line) => line.code);
  const body = [head.slice(head.indexOf("{") + 1), ...following].join("\n");
  const first = body.search(/\S/);
  if (first === -1 || body[first] !== "}") return false;
  return !isExplained(lines, index, index + countLines(body.slice(0, first)));
}

function isEmptyExcept(lines, index) {
  const [, inline] = /^\s*except\b[^:]*:\s*(.*)$/.exec(lines[index].code) ?? [];
  if (inline === undefined) return false;
  const bodyIndex = inline.trim() === "" ? nextWithCode(lines, index + 1) : index;
  const body = bodyIndex === index ? inline : (lines[bodyIndex]?.code ?? "");
  return /^\s*(pass|\.\.\.)\s*$/.test(body) && !isExplained(lines, index, bodyIndex);
}

function nextWithCode(lines, from) {
  const offset = lines
    .slice(from, from + FURTHEST_LINES)
    .findIndex((line) => line.code.trim() !== "");
  return from + Math.max(offset, 0);
}

function isExplained(lines, from, to) {
  return lines.slice(from, to + 1).some((line) => line.comment.trim() !== "");
}

function countLines(text) {
  return text.split("\n").length - 1;
}
