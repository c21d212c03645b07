import { ExpressionError } from "../error.ts";
import { readStringLiteral } from "./string-literal.ts";

export interface Token {
  readonly kind: "number" | "string" | "name" | "punctuation" | "end";
  /** As written; of a string literal, its value. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TWO_CHARACTERS = new Set(["==", "!=", "<=", ">=", "&&", "||"]);
const ONE_CHARACTER = new Set("+-*/%<>!()[]{}.,:?");
const MAX_INT = 9223372036854775807n;

/**
 * Reads one token of CEL at `position`. Templates find the end of `${{ ... }}` with it as well, so that a `}}` inside a
 * string or a map never ends an expression.
 * @throws ExpressionError `expression-syntax`
 */
export function readToken(source: string, position: number): Token {
  const start = skipBlanks(source, position);
  if (start >= source.length) return { kind: "end", text: "", start, end: start };
  const character = source.charAt(start);
  const prefixLength = stringPrefixLength(source, start);
  if (prefixLength !== undefined) return readStringLiteral(source, start, prefixLength);
  if (isDigit(character) || (character === "." && isDigit(source.charAt(start + 1))))
    return readNumber(source, start);
  if (isNameStart(character)) {
    const end = endOfName(source, start);
    return { kind: "name", text: source.slice(start, end), start, end };
  }
  const pair = source.slice(start, start + 2);
  if (TWO_CHARACTERS.has(pair)) return { kind: "punctuation", text: pair, start, end: start + 2 };
  if (ONE_CHARACTER.has(character))
    return { kind: "punctuation", text: character, start, end: start + 1 };
  throw unexpectedCharacter(source, start);
}

/** The value of a number token: a bigint for an integer, a number for a decimal. */
export function numberValue(source: string, token: Token): number | bigint {
  const text = token.text.replace(/[uU]$/, "");
  if (!/^0[xX]/.test(text) && /[.eE]/.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new ExpressionError("expression-syntax", source, `${token.text} is too large a number`, {
      at: token.start,
    });
  }
  const value = BigInt(text);
  if (value > MAX_INT)
    throw new ExpressionError(
      "expression-syntax",
      source,
      `${token.text} does not fit into 64 bits`,
      { hint: "write it with a decimal point, or as a string", at: token.start },
    );
  return value;
}

function skipBlanks(source: string, position: number): number {
  let at = position;
  for (;;) {
    while (at < source.length && " \t\r\n".includes(source.charAt(at))) at += 1;
    if (source.charAt(at) !== "/" || source.charAt(at + 1) !== "/") return at;
    while (at < source.length && source.charAt(at) !== "\n") at += 1;
  }
}

function stringPrefixLength(source: string, start: number): number | undefined {
  for (let length = 0; length <= 2; length += 1) {
    const character = source.charAt(start + length);
    if (character === '"' || character === "'") return length;
    if (!"rRbB".includes(character) || character === "") return undefined;
  }
  return undefined;
}

const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)[uU]?/y;

function readNumber(source: string, start: number): Token {
  NUMBER.lastIndex = start;
  const text = NUMBER.exec(source)?.[0] ?? "";
  const end = start + text.length;
  if (isNameStart(source.charAt(end)))
    throw new ExpressionError(
      "expression-syntax",
      source,
      `A name cannot begin with a digit: ${source.slice(start, endOfName(source, end))}`,
      { at: start },
    );
  return { kind: "number", text, start, end };
}

function endOfName(source: string, start: number): number {
  let end = start;
  while (end < source.length && (isNameStart(source.charAt(end)) || isDigit(source.charAt(end))))
    end += 1;
  return end;
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9" && character.length === 1;
}

function isNameStart(character: string): boolean {
  return (
    (character >= "a" && character <= "z") ||
    (character >= "A" && character <= "Z") ||
    character === "_"
  );
}

function unexpectedCharacter(source: string, at: number): ExpressionError {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const hints: Readonly<Record<string, string>> = {
    "=": "compare with ==",
    "&": "write && for and",
    "|": "write || for or",
    "`": "quote strings with \" or '",
  };
  return new ExpressionError(
    "expression-syntax",
    source,
    `Unexpected ${JSON.stringify(character)} at character ${at + 1}`,
    { hint: hints[character] ?? "", at },
  );
}
