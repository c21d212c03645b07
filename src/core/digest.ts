import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/**
 * The canonical text of a JSON value: keys sorted by code unit, no blanks, numbers as JSON writes them. Two values that
 * differ in key order only have one canonical form. Iterative, so depth costs memory and never the stack.
 */
export function canonicalize(value: JsonValue): string {
  const out: string[] = [];
  const work: Part[] = [value];
  while (work.length > 0) {
    const next = work.pop();
    if (next === undefined) continue;
    if (next instanceof Raw) out.push(next.raw);
    else if (isJsonArray(next)) pushAll(work, arrayParts(next));
    else if (isJsonObject(next)) pushAll(work, objectParts(next));
    else out.push(JSON.stringify(next));
  }
  return out.join("");
}

/** sha256 of the canonical form, in lower-case hex. */
export function digestOf(value: JsonValue): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize(value))));
}

class Raw {
  readonly raw: string;
  constructor(raw: string) {
    this.raw = raw;
  }
}

type Part = JsonValue | Raw;

function arrayParts(value: readonly JsonValue[]): readonly Part[] {
  const parts: Part[] = [new Raw("[")];
  value.forEach((item, index) => {
    if (index > 0) parts.push(new Raw(","));
    parts.push(item);
  });
  parts.push(new Raw("]"));
  return parts;
}

function objectParts(value: JsonObject): readonly Part[] {
  const parts: Part[] = [new Raw("{")];
  Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .forEach((key, index) => {
      parts.push(new Raw(`${index > 0 ? "," : ""}${JSON.stringify(key)}:`));
      parts.push(value[key] ?? null);
    });
  parts.push(new Raw("}"));
  return parts;
}

function pushAll(work: Part[], parts: readonly Part[]): void {
  for (let index = parts.length - 1; index >= 0; index -= 1) work.push(parts[index] ?? null);
}
