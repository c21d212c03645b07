import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Marks a value that is stored in the registry by digest and travels as this small object instead. */
export const REFERENCE_KEY = "$heddle.ref";

export interface Reference extends JsonObject {
  /** sha256 of the canonical form. */
  readonly [REFERENCE_KEY]: string;
  readonly bytes: number;
}

/** Outputs above this many bytes of JSON are stored by reference. */
export const INLINE_LIMIT_BYTES = 64 * 1024;

export function createReference(digest: string, bytes: number): Reference {
  return { [REFERENCE_KEY]: digest, bytes };
}

export function isReference(value: unknown): value is Reference {
  return isJsonObject(value) && typeof value[REFERENCE_KEY] === "string";
}

/** Every reference inside a value, at any depth. */
export function collectReferences(value: JsonValue): readonly Reference[] {
  const found: Reference[] = [];
  const work: JsonValue[] = [value];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (isReference(next)) found.push(next);
    else if (isJsonArray(next)) for (const item of next) work.push(item);
    else if (isJsonObject(next)) for (const item of Object.values(next)) work.push(item);
  }
  return found;
}
