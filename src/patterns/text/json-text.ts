import type { JsonValue } from "../../core/index.ts";
import { pathKey, scanJson } from "./json-scan.ts";
import { createLineTable } from "./lines.ts";
import type { ParsedText, TextProblem } from "./parsed-text.ts";

/** Parses JSON; undefined when it is none (it may still be YAML, whose parser says where it goes wrong). */
export function parseJsonText(text: string): ParsedText | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  } catch {
    // Not an error yet: the YAML parser reads the same text and reports with positions.
    return undefined;
  }
  const positionAt = createLineTable(text);
  let offsets: ReadonlyMap<string, number> | undefined;
  return {
    value,
    problems: findDuplicates(text),
    positionAt,
    positionOf: (path) => {
      offsets ??= scanJson(text, true).offsets;
      for (let length = path.length; length > 0; length -= 1) {
        const offset = offsets.get(pathKey(path.slice(0, length)));
        if (offset !== undefined) return positionAt(offset);
      }
      return positionAt(Math.max(0, text.search(/\S/)));
    },
  };
}

/** More of them than these help nobody. */
export const MAX_DUPLICATES = 100;

/** JSON.parse keeps the last of two equal keys and says nothing. */
function findDuplicates(text: string): readonly TextProblem[] {
  return scanJson(text, false)
    .duplicates.slice(0, MAX_DUPLICATES)
    .map(({ path, offset }) => ({
      code: "duplicate-key",
      path,
      message: `${JSON.stringify(path.at(-1))} is defined twice`,
      hint: "rename or remove one of them",
      offset,
    }));
}
