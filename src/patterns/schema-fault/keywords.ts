import type { ErrorObject } from "ajv";

import {
  isJsonArray,
  isJsonObject,
  messageOf,
  nearest,
  type JsonObject,
  type JsonValue,
} from "../../core/index.ts";
import { createSchemaCompiler, isOldDraft } from "../schema-compiler.ts";
import type { DocumentPath } from "../walk.ts";
import { DEFAULT_HINT, shown, type SchemaFault } from "./fault.ts";

type Compiler = ReturnType<typeof createSchemaCompiler>;

/** One per draft: it has compiled the schema of schemas, which takes longer than all the rest. */
const compilers = new Map<boolean, Compiler>();

function compilerOf(schema: JsonObject): Compiler {
  const isOld = isOldDraft(schema);
  const known = compilers.get(isOld) ?? createSchemaCompiler(isOld);
  compilers.set(isOld, known);
  return known;
}

const DRAFTS =
  "Leave `$schema` out for 2020-12, or write `http://json-schema.org/draft-07/schema#`.";

/** What the schema of schemas says. */
export function faultOfKeywords(schema: JsonObject): SchemaFault | undefined {
  const compiler = compilerOf(schema);
  try {
    if (compiler.validateSchema(schema) === true) return undefined;
  } catch (error) {
    if (schema["$schema"] === undefined)
      return { path: [], message: `cannot be checked: ${messageOf(error)}`, hint: DEFAULT_HINT };
    const message = `is ${shown(schema["$schema"])}, which is no draft that can be checked here`;
    return { path: ["$schema"], message, hint: DRAFTS };
  }
  const error = choose(compiler.errors ?? []);
  return error && describe(error, schema);
}

/** The error that says most: what stands deepest at the first place, and no sum of other errors. */
function choose(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const start = first.instancePath;
  const weight = ({ instancePath, keyword }: ErrorObject): number =>
    instancePath.length * 4 + (VAGUE[keyword] ?? 3);
  return errors
    .filter(({ instancePath }) => instancePath === start || instancePath.startsWith(`${start}/`))
    .reduce((best, error) => (weight(error) > weight(best) ? error : best), first);
}

/** `type` may be one name or a list of names: each way has its own complaint. */
const VAGUE: Readonly<Record<string, number>> = { anyOf: 0, type: 1, enum: 2 };

const WORDS: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a mapping",
  boolean: "true or false",
  string: "text",
  number: "a number",
  integer: "a whole number",
  "object,boolean": "a schema: a mapping, true or false",
};

function describe(error: ErrorObject, schema: JsonObject): SchemaFault {
  const { path, value } = follow(schema, error.instancePath);
  const names = namesIn(error);
  const message = `is ${shown(value)}, and ${wanted(error, names)}`;
  const meant = typeof value === "string" ? nearest(value, names) : undefined;
  if (meant !== undefined) return { path, message, hint: `Did you mean "${meant}"?` };
  return { path, message, hint: hintFor(path.at(-1), value) };
}

/** What the keyword can be, where it is one of a few names. */
function namesIn({ params }: ErrorObject): readonly string[] {
  // as: ajv documents the params of each keyword, and types them only as any
  const { allowedValues } = params as { readonly allowedValues?: readonly string[] };
  return allowedValues ?? [];
}

function wanted({ keyword, params, message }: ErrorObject, names: readonly string[]): string {
  // as: as above
  const { type, limit } = params as { readonly type?: string; readonly limit?: number };
  switch (keyword) {
    case "type":
      return `must be ${WORDS[String(type)] ?? String(type)}`;
    case "enum":
      return `must be one of ${names.join(", ")}`;
    case "minItems":
      return "must not be empty";
    case "uniqueItems":
      return "must name nothing twice";
    case "minimum":
      return `must not be below ${String(limit)}`;
    case "exclusiveMinimum":
      return `must be above ${String(limit)}`;
    default:
      return message ?? `breaks the rule ${JSON.stringify(keyword)}`;
  }
}

function hintFor(keyword: string | number | undefined, value: JsonValue | undefined): string {
  if (keyword === "required" && typeof value === "boolean")
    return "Name the required properties in a list, beside `properties`: `required: [name]`.";
  if (keyword === "items" && isJsonArray(value))
    return "A list of schemas is `prefixItems` in JSON Schema 2020-12.";
  return DEFAULT_HINT;
}

function follow(
  schema: JsonObject,
  pointer: string,
): { readonly path: DocumentPath; readonly value: JsonValue | undefined } {
  const path: (string | number)[] = [];
  let value: JsonValue | undefined = schema;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(isJsonArray(value) ? Number(key) : key);
    if (isJsonArray(value)) value = value[Number(key)];
    else value = isJsonObject(value) ? value[key] : undefined;
  }
  return { path, value };
}
