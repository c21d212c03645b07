import {
  isJsonArray,
  isJsonObject,
  isReference,
  REFERENCE_KEY,
  type JsonObject,
  type JsonValue,
} from "../core/index.ts";

/** Where large values are kept by digest: the registry, or anything that stands in for it. */
export interface ValueSource {
  getValue(digest: string): Promise<JsonValue>;
}

/** Puts the stored value in the place of every reference, at any depth. Without a source references stay as they are. */
export async function resolveReferences(
  value: JsonValue,
  source: ValueSource | undefined,
): Promise<JsonValue> {
  if (source === undefined) return value;
  if (isReference(value)) {
    return resolveReferences(await source.getValue(value[REFERENCE_KEY]), source);
  }
  if (isJsonArray(value)) {
    return Promise.all(value.map((item) => resolveReferences(item, source)));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await resolveReferences(item, source)] as const,
  );
  const resolved: JsonObject = Object.fromEntries(await Promise.all(entries));
  return resolved;
}
