/**
 * Parts code from comments and strings, well enough for line rules in many languages.
 *
 * Every line comes in three views of the same length: `text` as it is, `code` with comments and the
 * insides of strings blanked, `comment` with everything but comments blanked. So a rule that looks for
 * a call is not misled by a string or a comment that mentions it, and columns agree in all views.
 */

const SLASHES = { line: /\/\//y, block: [/\/\*/y, "*/"] };
const HASH = { line: /(?<=^|[\s;(){}])#/my };
const DOUBLE = [/"/y, '"'];
const SINGLE = [/'/y, "'"];
const BACKTICK = [/`/y, "`"];

const SYNTAX = {
  javascript: { ...SLASHES, strings: [DOUBLE, SINGLE, BACKTICK], regex: true },
  typescript: { ...SLASHES, strings: [DOUBLE, SINGLE, BACKTICK], regex: true },
  python: { ...HASH, strings: [[/"""/y, '"""'], [/'''/y, "'''"], DOUBLE, SINGLE] },
  shell: { ...HASH, strings: [DOUBLE, [/'/y, "'", "raw"]] },
  ruby: { ...HASH, strings: [DOUBLE, SINGLE] },
  yaml: { ...HASH, strings: [] },
  toml: { ...HASH, strings: [DOUBLE, SINGLE] },
  docker: { ...HASH, strings: [] },
  make: { ...HASH, strings: [] },
  go: { ...SLASHES, strings: [DOUBLE, SINGLE, [/`/y, "`", "raw"]] },
  rust: { ...SLASHES, strings: [DOUBLE] },
  php: { line: /\/\/|#/y, block: SLASHES.block, strings: [DOUBLE, SINGLE] },
  sql: {
    line: /--/y,
    block: SLASHES.block,
    strings: [
      [/'/y, "'", "raw"],
      [/"/y, '"', "raw"],
    ],
  },
  css: { block: SLASHES.block, strings: [DOUBLE, SINGLE] },
};
for (const language of ["java", "kotlin", "csharp", "c", "cpp", "swift", "scala"]) {
  SYNTAX[language] = { ...SLASHES, strings: [[/"""/y, '"""'], DOUBLE, SINGLE] };
}

// A slash begins a regular expression where a value may begin, and divides elsewhere.
const BEFORE_REGEX =
  /(?:^|[=(,:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw))\s*$/;
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;

/** The lines of `text` as `{ line, text, code, comment }`; for unknown languages all of it is code. */
export function readLines(language, text) {
  const syntax = SYNTAX[language];
  const { code, comment } =
    syntax === undefined ? { code: text, comment: blank(text) } : split(syntax, text);
  const [codes, comments] = [code.split("\n"), comment.split("\n")];
  return text.split("\n").map((line, index) => ({
    line: index + 1,
    text: line,
    code: codes[index],
    comment: comments[index],
  }));
}

function split(syntax, text) {
  const code = [];
  const comment = [];
  let position = 0;
  while (position < text.length) {
    const token = nextToken(syntax, text, position);
    const piece = text.slice(position, token.end);
    code.push(
      token.kind === "code" ? piece : token.kind === "string" ? hollow(piece) : blank(piece),
    );
    comment.push(token.kind === "comment" ? piece : blank(piece));
    position = token.end;
  }
  return { code: code.join(""), comment: comment.join("") };
}

function nextToken(syntax, text, position) {
  if (matchesAt(syntax.line, text, position))
    return { kind: "comment", end: indexOr(text, "\n", position) };
  if (matchesAt(syntax.block?.[0], text, position)) {
    return {
      kind: "comment",
      end: indexOr(text, syntax.block[1], position + 2) + syntax.block[1].length,
    };
  }
  const string = syntax.strings.find(([opening]) => matchesAt(opening, text, position));
  if (string !== undefined) return { kind: "string", end: endOfString(text, position, string) };
  if (syntax.regex && text[position] === "/") {
    const end = endOfRegex(text, position);
    if (end !== undefined) return { kind: "string", end };
  }
  return { kind: "code", end: endOfCode(text, position) };
}

// Runs of letters and blanks hold no opening character: one step instead of many.
function endOfCode(text, position) {
  const run = /[\w \t.,;]+/y;
  run.lastIndex = position;
  const end = run.test(text) ? run.lastIndex : position + 1;
  return end;
}

function endOfString(text, start, [, closing, mode]) {
  let position = start + closing.length;
  while (position < text.length) {
    if (text.startsWith(closing, position)) return position + closing.length;
    if (closing === "`" && text.startsWith("${", position))
      position = endOfSubstitution(text, position + 2);
    else if (text[position] === "\\" && mode !== "raw") position += 2;
    else if (text[position] === "\n" && closing.length === 1 && closing !== "`" && mode !== "raw")
      return position;
    else position += 1;
  }
  return text.length;
}

// `${ ... }` may hold braces and further template strings.
function endOfSubstitution(text, start) {
  let depth = 1;
  let position = start;
  while (position < text.length && depth > 0) {
    const character = text[position];
    if (character === "`") position = endOfString(text, position, BACKTICK) - 1;
    else if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    position += 1;
  }
  return position;
}

function endOfRegex(text, position) {
  if (!BEFORE_REGEX.test(text.slice(Math.max(0, position - 40), position))) return undefined;
  REGEX.lastIndex = position;
  return REGEX.test(text) ? REGEX.lastIndex : undefined;
}

function matchesAt(pattern, text, position) {
  if (pattern === undefined) return false;
  pattern.lastIndex = position;
  return pattern.test(text);
}

function indexOr(text, wanted, from) {
  const index = text.indexOf(wanted, from);
  return index === -1 ? text.length : index;
}

function blank(text) {
  return text.replace(/[^\n]/g, " ");
}

// The quotes stay, so that a rule still sees that a string stands there.
function hollow(text) {
  return text.length < 2 ? text : text[0] + blank(text.slice(1, -1)) + text.at(-1);
}
