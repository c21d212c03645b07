import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { isJsonArray, isJsonObject, type JsonValue } from "./json.ts";

/**
 * The canonical text of a JSON value: keys sorted by code unit, no blanks, numbers as JSON writes them. Two values that
 * differ in key order only have one canonical form. Iterative, so depth costs memory and never the stack.
 */
export function canonicalize(value: JsonValue): string {
  let out = "";
  const open: Container[] = [];
  const write = (next: JsonValue): void => {
    const container = containerOf(next);
    if (container === undefined) out += JSON.stringify(next);
    else {
      out += container.keys === undefined ? "[" : "{";
      open.push(container);
    }
  };
  write(value);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { value: within, keys, length } = top;
    if (top.at === length) {
      out += keys === undefined ? "]" : "}";
      open.pop();
      continue;
    }
    if (top.at > 0) out += ",";
    const key = keys?.[top.at] ?? top.at;
    if (keys !== undefined) out += `${JSON.stringify(key)}:`;
    top.at += 1;
    // as: a list is read by its places and an object by its own keys
    write((within as Readonly<Record<string | number, JsonValue>>)[key] ?? null);
  }
  return out;
}

/** sha256 of the canonical form, in lower-case hex. */
export function digestOf(value: JsonValue): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize(value))));
}

/** A list or an object that is being written, and how far. */
interface Container {
  readonly value: JsonValue;
  /** Sorted; absent for a list. */
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  at: number;
}

function containerOf(value: JsonValue): Container | undefined {
  if (isJsonArray(value)) return { value, keys: undefined, length: value.length, at: 0 };
  if (!isJsonObject(value)) return undefined;
  const keys = sorted(Object.keys(value).filter((key) => value[key] !== undefined));
  return { value, keys, length: keys.length, at: 0 };
}

/** Short lists by insertion: nearly every object has a few keys, and the general sort makes copies. */
function sorted(keys: string[]): readonly string[] {
  if (keys.length > FEW) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] ?? "";
    let at = end;
    for (let before = keys[at - 1]; before !== undefined && before > key; before = keys[at - 1]) {
      keys[at] = before;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}

const FEW = 12;
