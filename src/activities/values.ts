import {
  createByteCache,
  collectReferences,
  isJsonArray,
  isJsonObject,
  isReference,
  REFERENCE_KEY,
  type JsonValue,
} from "../core/index.ts";
import type { Registry } from "../registry/index.ts";

const CACHE_BYTES = 64 * 1024 * 1024;

/** Stored values by digest, with a cache in front: what a digest names never changes. */
export interface Values {
  get(digest: string): Promise<JsonValue>;
  /** The same value with every reference in it, at any depth, replaced by what it names. */
  resolve(value: JsonValue): Promise<JsonValue>;
}

export function createValues(registry: Pick<Registry, "getValue">): Values {
  const cache = createByteCache<JsonValue>(CACHE_BYTES);
  const get = async (digest: string, bytes: number | undefined): Promise<JsonValue> => {
    const cached = cache.get(digest);
    if (cached !== undefined) return cached;
    const value = await registry.getValue(digest);
    cache.set(digest, value, bytes ?? JSON.stringify(value).length);
    return value;
  };
  const resolve = async (value: JsonValue): Promise<JsonValue> => {
    let current = value;
    // A stored value may itself hold references (large parts were stored first): go on until none is left.
    for (;;) {
      const references = collectReferences(current);
      if (references.length === 0) return current;
      const known = new Map<string, JsonValue>();
      for (const reference of references) {
        const digest = reference[REFERENCE_KEY];
        if (!known.has(digest)) known.set(digest, await get(digest, reference.bytes));
      }
      current = substitute(current, known);
    }
  };
  return { get: (digest) => get(digest, undefined), resolve };
}

function substitute(value: JsonValue, known: ReadonlyMap<string, JsonValue>): JsonValue {
  if (isReference(value)) return known.get(value[REFERENCE_KEY]) ?? null;
  if (isJsonArray(value)) return value.map((item) => substitute(item, known));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, known)]),
  );
}
