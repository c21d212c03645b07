/** Any value that survives a trip through JSON: the only kind of value that crosses a durable boundary. */
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
export type JsonPrimitive = string | number | boolean | null;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** True for a plain JSON object, false for arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a JSON array. `Array.isArray` alone narrows readonly arrays to `any[]`. */
export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The size of a value as UTF-8 JSON, in bytes, without building the encoded text. */
export function jsonByteLength(value: JsonValue): number {
  return utf8Length(JSON.stringify(value));
}

/** The UTF-8 length of a string, in bytes. `TextEncoder` and `Buffer` are not part of every room's world. */
export function utf8Length(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += 1;
    if (code > 0x7ff) bytes += 1;
    // A surrogate pair is two code units of three bytes each by the lines above, and four bytes in truth.
    if (code >= 0xd800 && code <= 0xdbff) bytes -= 2;
  }
  return bytes;
}

const BEYOND_ASCII = /[^\0-\x7f]/;
