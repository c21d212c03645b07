import { err, ok, type Result } from "../core/index.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { readToken } from "./cel/tokenize.ts";
import { ExpressionError } from "./error.ts";

export type TextPart =
  | { readonly text: string }
  /** `offset` is where the expression's source begins in the text. */
  | {
      readonly source: string;
      readonly offset: number;
      readonly start: number;
      readonly end: number;
    };

const OPEN = "${{";

/** True when a string may hold an expression: a cheap test before splitting it. */
export function hasExpression(text: string): boolean {
  return text.includes(OPEN);
}

/**
 * Splits a string into plain text and `${{ }}` expressions. `$${{` is the text `${{`. The end of an expression is found
 * token by token, so a `}}` inside its strings and maps belongs to it.
 * @throws ExpressionError `expression-syntax`, `at` being an offset in the text
 */
export function splitText(text: string): readonly TextPart[] {
  if (!hasExpression(text)) return text === "" ? [] : [{ text }];
  return cache.get(text) ?? cache.keep(text, split(text));
}

/** A document is split when it is verified and again when it is compiled. */
const cache = new BoundedCache<readonly TextPart[]>();

/** What most expressions are, `${{ steps.a.output }}`: no token of it can be a closing bracket. */
const LONE_PATH = /^\$\{\{( *)([A-Za-z_][\w.]*) *\}\}$/;

function split(text: string): readonly TextPart[] {
  const lone = LONE_PATH.exec(text);
  if (lone !== null) {
    const [, blanks = "", source = ""] = lone;
    return [{ source, offset: OPEN.length + blanks.length, start: 0, end: text.length }];
  }
  const parts: TextPart[] = [];
  let plain = "";
  let at = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    if (open > at && text.charAt(open - 1) === "$") {
      plain += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    plain += text.slice(at, open);
    if (plain !== "") parts.push({ text: plain });
    plain = "";
    const offset = open + OPEN.length;
    const close = findClose(text, offset, open);
    const raw = text.slice(offset, close);
    const blanks = raw.length - raw.trimStart().length;
    parts.push({ source: raw.trim(), offset: offset + blanks, start: open, end: close + 2 });
    at = close + 2;
  }
  plain += text.slice(at);
  if (plain !== "") parts.push({ text: plain });
  return parts;
}

/** `splitText` for those who report what is wrong instead of failing with it. */
export function trySplitText(text: string): Result<readonly TextPart[], ExpressionError> {
  try {
    return ok(splitText(text));
  } catch (error) {
    if (error instanceof ExpressionError) return err(error);
    throw error;
  }
}

/** The offset of the `}}` that ends the expression which begins at `from`. */
function findClose(text: string, from: number, open: number): number {
  let depth = 0;
  let at = from;
  for (;;) {
    const token = readToken(text, at);
    if (token.kind === "end") break;
    at = token.end;
    if (token.kind !== "punctuation") continue;
    if (token.text === "{") depth += 1;
    if (token.text !== "}") continue;
    if (depth > 0) depth -= 1;
    else if (text.charAt(at) === "}") return token.start;
    else break;
  }
  throw new ExpressionError(
    "expression-syntax",
    shownFrom(text, open),
    "No }} ends the expression",
    {
      hint: "close it with }}, or write $${{ for the text ${{",
      at: open,
    },
  );
}

function shownFrom(text: string, at: number): string {
  return text.slice(at, at + 200);
}
