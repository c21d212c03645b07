import { jsonByteLength, type JsonValue } from "../core/index.ts";

const known = new WeakMap<object, number>();

/** The size of a part of a document as UTF-8 JSON. Measured once: a rule asks for it, and then the prediction. */
export function bytesOf(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return jsonByteLength(value);
  const before = known.get(value);
  if (before !== undefined) return before;
  const bytes = jsonByteLength(value);
  known.set(value, bytes);
  return bytes;
}
