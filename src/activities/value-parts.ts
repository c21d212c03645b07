import type { JsonValue } from "../core/index.ts";

/**
 * Characters per part. A text that is JSON itself grows when it is written as a JSON string (each quote becomes two
 * characters) and by up to three bytes per character, so this keeps every part below 1 MiB.
 */
const PART_CHARACTERS = 256 * 1024;

export function countParts(text: string): number {
  return Math.max(1, Math.ceil(text.length / PART_CHARACTERS));
}

/** One part of a stored value's text, counted from 0; empty behind the last one. */
export function partOf(value: JsonValue, part: number): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
}
