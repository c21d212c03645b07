import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";

/** A schema inside of a schema, where the keywords mean something: no property that happens to be called "pattern". */
export interface SchemaPlace {
  readonly schema: JsonObject;
  readonly path: DocumentPath;
}

const SCHEMAS_BY_NAME = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "dependencies",
  "$defs",
  "definitions",
]);
const SCHEMAS = new Set([
  "items",
  "prefixItems",
  "additionalItems",
  "unevaluatedItems",
  "contains",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
]);

/** The schema itself and all schemas below, in reading order. Iterative: they nest as deep as their author likes. */
export function* schemaPlaces(root: JsonObject): Generator<SchemaPlace> {
  const work: SchemaPlace[] = [{ schema: root, path: [] }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    yield next;
    const below = Object.entries(next.schema).flatMap(([key, value]) => placesIn(next, key, value));
    work.push(...below.reverse());
  }
}

function placesIn({ path }: SchemaPlace, key: string, value: JsonValue): readonly SchemaPlace[] {
  if (SCHEMAS_BY_NAME.has(key) && isJsonObject(value))
    return Object.entries(value).flatMap(([name, one]) => placeOf(one, [...path, key, name]));
  if (!SCHEMAS.has(key)) return [];
  if (!isJsonArray(value)) return placeOf(value, [...path, key]);
  return value.flatMap((one, index) => placeOf(one, [...path, key, index]));
}

function placeOf(value: JsonValue, path: DocumentPath): readonly SchemaPlace[] {
  return isJsonObject(value) ? [{ schema: value, path }] : [];
}
