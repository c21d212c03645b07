import type { JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import { scanJson } from "./json-scan.ts";
import { createLineTable, type Position } from "./lines.ts";
import { createOffsetLocator } from "./offsets.ts";
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
  const offsetOf = createOffsetLocator(
    () => scanJson(text, true).offsets,
    Math.max(0, text.search(/\S/)),
  );
  const positionOf = (path: DocumentPath): Position => positionAt(offsetOf(path));
  return { value, problems: findDuplicates(text), positionAt, positionOf };
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
