/** Finds functions in blanked code (see lexer.mjs): where they begin and end, and how branchy they are. */

const BRACES = new Set(
  ["javascript", "typescript", "go", "java", "kotlin", "csharp", "c", "cpp"].concat(
    "rust",
    "php",
    "swift",
    "scala",
  ),
);
const CONTROL = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "with",
  "match",
  "loop",
  "else",
  "do",
  "synchronized",
  "using",
  "lock",
  "foreach",
]);
const BRANCH =
  /\b(?:if|for|foreach|while|case|catch|except|elif|elsif|unless|when)\b|&&|\|\||\?\?|\?(?![.?:])|\b(?:and|or)\b/g;
const RETURN_TYPE = /\)\s*(?:throws [\w., ]+|(?:->|:)\s*[^(){};=]+)?$/;
const LONGEST_HEADER = 2000;

/** About how many ways through the code there are beyond the first. */
export function countBranches(code) {
  return code.match(BRANCH)?.length ?? 0;
}

/** The functions of a file: `{ name, start, end, branches }`, lines counted from 1, in order. */
export function findFunctions(language, lines) {
  if (language === "python") return pythonFunctions(lines);
  return BRACES.has(language) ? bracedFunctions(lines.map((line) => line.code).join("\n")) : [];
}

function bracedFunctions(code) {
  const found = [];
  const open = [];
  let line = 1;
  for (let position = 0; position < code.length; position += 1) {
    const character = code[position];
    if (character === "\n") line += 1;
    else if (character === "{")
      open.push({ name: functionName(code, position), start: line, from: position });
    else if (character === "}") {
      const block = open.pop();
      if (block?.name !== undefined)
        found.push(describe(block, line, code.slice(block.from, position)));
    }
  }
  return found.toSorted((left, right) => left.start - right.start);
}

function describe({ name, start }, end, body) {
  return { name, start, end, branches: countBranches(body) };
}

/** The name of the function whose body opens at `brace`; undefined when another kind of block opens there. */
function functionName(code, brace) {
  const before = code.slice(Math.max(0, brace - LONGEST_HEADER), brace).trimEnd();
  if (before.endsWith("=>")) return arrowName(before.slice(0, -2).trimEnd());
  if (!RETURN_TYPE.test(before)) return undefined;
  return callName(before.slice(0, openingParenthesis(before, before.lastIndexOf(")"))).trimEnd());
}

function arrowName(before) {
  const typed = RETURN_TYPE.exec(before);
  const head = typed
    ? before.slice(0, openingParenthesis(before, before.lastIndexOf(")")))
    : before.replace(/[\w$]+$/, "");
  return /([\w$]+)\s*(?::[^=;{}]*)?[=:]\s*(?:async\s*)?$/.exec(head)?.[1] ?? "anonymous function";
}

function callName(head) {
  // Go's list of results, or generics, stand between the parameters and the name.
  const plain = head.endsWith(")")
    ? head.slice(0, openingParenthesis(head, head.length - 1)).trimEnd()
    : head;
  const name = /([\w$#]+)\s*(?:<[^<>]*>)?$/.exec(plain)?.[1];
  if (name === undefined || CONTROL.has(name)) return undefined;
  if (/\b(?:new|else)\s+[\w$.]+$/.test(plain)) return undefined;
  return name === "function" || name === "func" || name === "fn" ? "anonymous function" : name;
}

function openingParenthesis(code, closing) {
  let depth = 0;
  for (let position = closing; position >= 0; position -= 1) {
    if (code[position] === ")") depth += 1;
    if (code[position] === "(" && (depth -= 1) === 0) return position;
  }
  return 0;
}

function pythonFunctions(lines) {
  return lines.flatMap(({ code }, index) => {
    const [, indentation, name] = /^(\s*)(?:async\s+)?def\s+(\w+)/.exec(code) ?? [];
    if (name === undefined) return [];
    const end = endOfIndentedBlock(lines, index, indentation.length);
    const body = lines.slice(index + 1, end).map((line) => line.code);
    return [{ name, start: index + 1, end, branches: countBranches(body.join("\n")) }];
  });
}

function endOfIndentedBlock(lines, start, indentation) {
  let end = start + 1;
  for (let index = start + 1; index < lines.length; index += 1) {
    const { code } = lines[index];
    if (code.trim() === "") continue;
    // A signature may close on a line of its own: `) -> int:`.
    if (code.search(/\S/) <= indentation && !/^\s*\)/.test(code)) break;
    end = index + 1;
  }
  return end;
}
