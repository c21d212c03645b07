import { isNode, LineCounter, parseDocument, type Document } from "yaml";

import { messageOf, type JsonValue } from "../../core/index.ts";
import type { ConfigFile, ConfigPath } from "../importers/claude/index.ts";

interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a configuration's text holds, and where; `broken` says why it is no JSON and nothing in it counts. */
export interface JsonText extends Required<Pick<ConfigFile, "locate" | "repeated">> {
  readonly value?: JsonValue;
  readonly broken?: Place & { readonly message: string };
}

/** Reads JSON and remembers where each value stands. YAML only where the file's name says so. */
export function readJsonText(text: string, isYaml = false): JsonText {
  const lines = new LineCounter();
  // JSON is a part of YAML, and this parser knows where each value stands.
  const document = parseDocument(text, { lineCounter: lines, schema: "json" });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const found = {
    locate: (path: ConfigPath) => locate(document, placeOf, path),
    repeated: document.errors
      .filter(({ code }) => code === "DUPLICATE_KEY")
      .map(({ pos }) => placeOf(pos[0])),
  };
  try {
    const value: unknown = isYaml ? document.toJS() : JSON.parse(text);
    return { ...found, value: value as JsonValue }; // as: both parsers give JSON values and nothing else
  } catch (error) {
    const first = document.errors.find(({ code }) => code !== "DUPLICATE_KEY");
    return { ...found, broken: { message: messageOf(error), ...placeOf(first?.pos[0] ?? 0) } };
  }
}

/** The place of a value, or of the nearest value around it. */
function locate(document: Document, placeOf: (offset: number) => Place, path: ConfigPath): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return placeOf(node.range[0]);
  }
  return { line: 1, column: 1 };
}
