import { createByteCache, type JsonObject } from "../../core/index.ts";
import type { SchemaFault } from "./fault.ts";
import { faultOfKeywords } from "./keywords.ts";
import { faultOfPlaces } from "./places.ts";

const CACHE_BYTES = 4 * 1024 * 1024;
const cache = createByteCache<SchemaFault | "fine">(CACHE_BYTES);

/** Asks whoever checks values at run time whether it takes the schema; gives the first thing that it refuses. */
export function findSchemaFault(schema: JsonObject): SchemaFault | undefined {
  const text = JSON.stringify(schema);
  let verdict = cache.get(text);
  if (verdict === undefined) {
    verdict = faultOfKeywords(schema) ?? faultOfPlaces(schema) ?? "fine";
    cache.set(text, verdict, text.length);
  }
  return verdict === "fine" ? undefined : verdict;
}
