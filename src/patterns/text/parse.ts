import { utf8Length, type JsonValue } from "../../core/index.ts";
import { checkJson } from "./check-json.ts";
import { parseJsonText } from "./json-text.ts";
import { createLineTable, NOWHERE, type Position } from "./lines.ts";
import type { ParsedText } from "./parsed-text.ts";
import { parsePlainYaml } from "./plain-yaml.ts";
import { parseYamlText } from "./yaml-text.ts";

/** Largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** Reads a document from YAML or JSON text. Never throws: whatever is wrong is a problem with a place. */
export function parseText(text: string): ParsedText {
  // No character takes more than three bytes: most documents need not be counted.
  const bytes = text.length * 3 > MAX_DOCUMENT_BYTES ? utf8Length(text) : text.length;
  if (bytes > MAX_DOCUMENT_BYTES)
    return {
      value: undefined,
      problems: [
        {
          code: "document-too-large",
          path: [],
          message: `The document has ${bytes} bytes, more than ${MAX_DOCUMENT_BYTES}`,
          hint: "keep data out of the pattern: pass it as input or store it and pass a link",
        },
      ],
      positionOf: top,
      positionAt: top,
    };
  const quickly = looksLikeJson(text) ? parseJsonText(text) : parsePlainYaml(text);
  const parsed = quickly ?? refuseComments(text) ?? parseYamlText(text);
  if (parsed.value === undefined) return parsed;
  return withChecks(parsed);
}

const top = (): Position => ({ line: 1, column: 1 });

/** Without what is undefined, which JSON has not; and the module may change its object later. */
function copyOf(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue; // as: JSON.parse gives nothing else
}

/** Takes a document that is data already, as a TypeScript module gives it. It has no places. */
export function parseData(value: unknown): ParsedText {
  const found = checkJson(value);
  return {
    value: found.length === 0 ? copyOf(value) : undefined,
    problems: found,
    positionOf: () => NOWHERE,
    positionAt: () => NOWHERE,
  };
}

function withChecks(parsed: ParsedText): ParsedText {
  const found = checkJson(parsed.value);
  if (found.length === 0) return parsed;
  return { ...parsed, value: undefined, problems: [...parsed.problems, ...found] };
}

/** A comment where a key or an item begins: YAML would take it for the beginning of one. Strings are stepped over. */
const COMMENT = /'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|(?:^|[{[,])\s*(\/[/*])/g;

/** JSON with comments, of which editors make some; undefined for any other text. */
function refuseComments(text: string): ParsedText | undefined {
  if (!looksLikeJson(text) && !/^\s*\/[/*]/.test(text)) return undefined;
  for (const found of text.matchAll(COMMENT)) {
    const [matched, sign] = found;
    if (sign === undefined) continue;
    const offset = found.index + matched.length - sign.length;
    const positionAt = createLineTable(text);
    const message = "JSON has no comments";
    const hint = "remove it, or write YAML, where # begins a comment";
    const problem = { code: "syntax", path: [], message, hint, offset } as const;
    const positionOf = (): Position => positionAt(offset);
    return { value: undefined, problems: [problem], positionAt, positionOf };
  }
  return undefined;
}

function looksLikeJson(text: string): boolean {
  const first = /\S/.exec(text.slice(0, 1000))?.[0];
  return first === "{" || first === "[";
}
