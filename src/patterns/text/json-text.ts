import type { JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
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
      offsets ??= scan(text).offsets;
      for (let length = path.length; length > 0; length -= 1) {
        const offset = offsets.get(keyOf(path.slice(0, length)));
        if (offset !== undefined) return positionAt(offset);
      }
      return positionAt(Math.max(0, text.search(/\S/)));
    },
  };
}

/** JSON.parse keeps the last of two equal keys and says nothing. */
function findDuplicates(text: string): readonly TextProblem[] {
  return scan(text, true).duplicates.map(({ path, offset }) => ({
    code: "duplicate-key",
    path,
    message: `${JSON.stringify(path.at(-1))} is defined twice`,
    hint: "rename or remove one of them",
    offset,
  }));
}

interface Scanned {
  readonly offsets: ReadonlyMap<string, number>;
  readonly duplicates: readonly { readonly path: DocumentPath; readonly offset: number }[];
}

interface Level {
  /** Absent for a list. */
  readonly keys: Set<string> | undefined;
  part: string | number;
}

/**
 * Walks valid JSON once and notes where every key and list item stands. Iterative, and much faster than a parser that
 * builds nodes. `duplicatesOnly` leaves the positions out.
 */
function scan(text: string, duplicatesOnly = false): Scanned {
  const offsets = new Map<string, number>();
  const duplicates: { path: DocumentPath; offset: number }[] = [];
  const levels: Level[] = [];
  const note = (offset: number): void => {
    if (!duplicatesOnly) offsets.set(keyOf(levels.map((level) => level.part)), offset);
  };
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const level = levels.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (expectsKey && level?.keys !== undefined) {
        const key = JSON.parse(text.slice(at, end)) as string; // as: it is a JSON string
        level.part = key;
        if (level.keys.has(key))
          duplicates.push({ path: levels.map(({ part }) => part), offset: at });
        level.keys.add(key);
        note(at);
        expectsKey = false;
      } else if (level !== undefined && level.keys === undefined) note(at);
      at = end - 1;
    } else if (character === "{" || character === "[") {
      if (level !== undefined && level.keys === undefined) note(at);
      levels.push({ keys: character === "{" ? new Set() : undefined, part: 0 });
      expectsKey = character === "{";
    } else if (character === "}" || character === "]") {
      levels.pop();
      expectsKey = false;
    } else if (character === ",") {
      if (level?.keys === undefined && typeof level?.part === "number") level.part += 1;
      expectsKey = level?.keys !== undefined;
    } else if (level !== undefined && level.keys === undefined && /[-\dtfn]/.test(character)) {
      note(at);
      at = endOfScalar(text, at) - 1;
    }
  }
  return { offsets, duplicates };
}

function endOfString(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const character = text.charAt(end);
    if (character === "\\") end += 1;
    else if (character === '"') return end + 1;
  }
  return end;
}

function endOfScalar(text: string, start: number): number {
  let end = start;
  while (end < text.length && !",]} \t\r\n".includes(text.charAt(end))) end += 1;
  return end;
}

function keyOf(path: DocumentPath): string {
  return path.join("\u0000");
}
