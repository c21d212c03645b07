import { ExpressionError } from "../error.ts";
import type { Token } from "./tokenize.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Digits that follow each numeric escape, and their base. */
const NUMERIC: Readonly<Record<string, readonly [length: number, base: number]>> = {
  x: [2, 16],
  X: [2, 16],
  u: [4, 16],
  U: [8, 16],
};

/** Reads a string literal: single or triple quotes, raw with the prefix `r`. */
export function readStringLiteral(source: string, start: number, prefixLength: number): Token {
  const prefix = source.slice(start, start + prefixLength).toLowerCase();
  if (prefix.includes("b"))
    throw failure(source, start, "Bytes are not supported: JSON has none", "write a string");
  const open = start + prefixLength;
  const quote = source.charAt(open);
  const delimiter = source.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
  const raw = prefix.includes("r");
  const parts: string[] = [];
  let at = open + delimiter.length;
  while (at < source.length) {
    if (source.startsWith(delimiter, at)) {
      const end = at + delimiter.length;
      return { kind: "string", text: parts.join(""), start, end };
    }
    const character = source.charAt(at);
    if (delimiter.length === 1 && (character === "\n" || character === "\r"))
      throw failure(source, start, "A string may not span lines", "use triple quotes");
    if (character === "\\" && !raw) {
      const [text, length] = readEscape(source, at);
      parts.push(text);
      at += length;
    } else {
      parts.push(character);
      at += 1;
    }
  }
  throw failure(source, start, "A string is not closed", `end it with ${delimiter}`);
}

function readEscape(source: string, at: number): readonly [text: string, length: number] {
  const letter = source.charAt(at + 1);
  const simple = ESCAPES[letter];
  if (simple !== undefined) return [simple, 2];
  const isOctal = letter >= "0" && letter <= "7" && letter !== "";
  const [length, base] = isOctal ? [3, 8] : (NUMERIC[letter] ?? [0, 0]);
  const from = at + (isOctal ? 1 : 2);
  const digits = source.slice(from, from + length);
  const code = length > 0 && digits.length === length ? readDigits(digits, base) : undefined;
  if (code === undefined)
    throw failure(source, at, `\\${letter} begins no escape`, "write \\\\ for a backslash");
  return [String.fromCodePoint(code), from + length - at];
}

/** The code point that digits stand for, or undefined when they stand for none. */
function readDigits(digits: string, base: number): number | undefined {
  const allowed = base === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/;
  if (!allowed.test(digits)) return undefined;
  const code = Number.parseInt(digits, base);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isSurrogate || code > (base === 8 ? 0xff : 0x10ffff) ? undefined : code;
}

function failure(source: string, at: number, message: string, hint: string): ExpressionError {
  return new ExpressionError("expression-syntax", source, `${message}, at character ${at + 1}`, {
    hint,
    at,
  });
}
