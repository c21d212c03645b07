import type { JsonValue } from "../../core/index.ts";

/**
 * Our own interfaces hold JSON only, yet TypeScript gives an interface no index signature. This is the one place where
 * that is bridged; optional fields that are undefined are absent once encoded.
 */
export function toJson(value: object): JsonValue {
  return value as unknown as JsonValue; // as: see above
}
