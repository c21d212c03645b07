import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { schemasOf, type SchemaAt } from "../model/schemas.ts";
import { pointTo } from "../types/pointer.ts";
import type { Finding, Rule } from "../rule.ts";

/** Keywords whose subschemas look at the very same value, so that following them gets no further into it. */
const IN_PLACE = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"] as const;

export const schemaLoop: Rule = {
  code: "schema-loop",
  severity: "error",
  summary: "A JSON Schema refers to itself without looking deeper into the value, or to nothing.",
  *check(model) {
    for (const at of schemasOf(model)) yield* checkSchema(at);
  },
};

interface Place {
  readonly schema: JsonObject;
  readonly path: DocumentPath;
}

function* checkSchema(at: SchemaAt): Iterable<Finding> {
  const done = new Set<JsonObject>();
  for (const place of placesOf(at)) {
    const ref = place.schema["$ref"];
    // An anchor is looked up by whoever validates.
    if (typeof ref !== "string" || /^#[^/]/.test(ref)) continue;
    if (!ref.startsWith("#")) {
      if (!hasId(at.schema)) yield unresolved(at, place, ref);
      continue;
    }
    const target = pointTo(at.schema, ref);
    if (target === undefined) yield unresolved(at, place, ref);
    else if (!done.has(place.schema) && comesBack(at.schema, place.schema, done)) {
      yield {
        path: [...place.path, "$ref"],
        message: `${at.what}: "$ref": "${ref}" leads back to itself without looking into the value`,
        hint: "Let the reference pass through `properties` or `items`, so that each round looks at a smaller value.",
      };
    }
  }
}

function unresolved(at: SchemaAt, place: Place, ref: string): Finding {
  return {
    path: [...place.path, "$ref"],
    message: `${at.what}: "$ref": "${ref}" refers to nothing in this schema`,
    hint: "Refer to a part of the same schema, as in `#/$defs/name`: other documents are not fetched.",
  };
}

/** Follows references and in-place keywords; true when the walk meets its beginning. */
function comesBack(root: JsonObject, start: JsonObject, done: Set<JsonObject>): boolean {
  const seen = new Set<JsonObject>();
  const work = [...stepsFrom(root, start)];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next === start) {
      for (const schema of seen) done.add(schema);
      done.add(start);
      return true;
    }
    if (seen.has(next)) continue;
    seen.add(next);
    work.push(...stepsFrom(root, next));
  }
  return false;
}

function stepsFrom(root: JsonObject, schema: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const ref = schema["$ref"];
  const target = typeof ref === "string" ? pointTo(root, ref) : undefined;
  if (target) found.push(target);
  for (const key of IN_PLACE) {
    const value = schema[key];
    const parts: readonly (JsonValue | undefined)[] = isJsonArray(value) ? value : [value];
    found.push(...parts.filter(isJsonObject));
  }
  return found;
}

/** Every object of a schema: data keywords aside, each may hold a `$ref`. */
function* placesOf({ schema, path }: SchemaAt): Generator<Place> {
  const work: { readonly value: JsonValue; readonly path: DocumentPath }[] = [
    { value: schema, path },
  ];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { value } = next;
    if (isJsonObject(value)) yield { schema: value, path: next.path };
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value).reverse()) {
      if (key === "const" || key === "enum" || key === "default" || key === "examples") continue;
      work.push({ value: inner, path: [...next.path, isJsonArray(value) ? Number(key) : key] });
    }
  }
}

/** Schemas with names of their own may refer to each other by them. */
function hasId(schema: JsonObject): boolean {
  return schema["$id"] !== undefined || JSON.stringify(schema).includes('"$id"');
}
