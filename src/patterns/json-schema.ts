import type { ErrorObject, ValidateFunction } from "ajv";

import {
  createByteCache,
  digestOf,
  messageOf,
  type JsonObject,
  type JsonValue,
} from "../core/index.ts";
import { createSchemaCompiler, isOldDraft } from "./schema-compiler.ts";

export interface SchemaProblem extends JsonObject {
  /** Dotted path inside the value; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

export type SchemaCheck =
  /** `value` has the schema's defaults filled in. */
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

type Compiled =
  | { readonly ok: true; readonly validate: ValidateFunction }
  | { readonly ok: false; readonly problem: string };

const MAX_PROBLEMS = 50;
/** Compiled code is not measured; its schema's text stands for it. */
const CACHE_BYTES = 8 * 1024 * 1024;
const cache = createByteCache<Compiled>(CACHE_BYTES);

/**
 * Checks a value against a JSON Schema (2020-12, or draft-07 where `$schema` says so). All problems are reported. Never
 * throws: a schema that cannot be compiled, or a value that is nested too deeply for it, is a problem like others.
 */
export function checkSchema(schema: JsonObject, value: JsonValue): SchemaCheck {
  const compiled = compile(schema);
  if (!compiled.ok) return { ok: false, problems: [{ path: "", message: compiled.problem }] };
  try {
    const filled = JSON.parse(JSON.stringify(value)) as JsonValue; // as: a copy, which defaults are filled into
    const verdict: unknown = compiled.validate(filled);
    if (verdict === true) return { ok: true, value: filled };
    return { ok: false, problems: describeAll(compiled.validate.errors ?? []) };
  } catch (error) {
    const message = `The value could not be checked: ${messageOf(error)}`;
    return { ok: false, problems: [{ path: "", message }] };
  }
}

function compile(schema: JsonObject): Compiled {
  let key: string;
  try {
    key = digestOf(schema);
  } catch (error) {
    return { ok: false, problem: `The schema cannot be read: ${messageOf(error)}` };
  }
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = compileFresh(schema);
  cache.set(key, compiled, JSON.stringify(schema).length);
  return compiled;
}

function compileFresh(schema: JsonObject): Compiled {
  if (schema["$async"] === true)
    return { ok: false, problem: "The schema is asynchronous ($async), which is not supported." };
  try {
    // One instance per schema: schemas that share an $id must not see each other.
    return { ok: true, validate: createSchemaCompiler(isOldDraft(schema)).compile(schema) };
  } catch (error) {
    return { ok: false, problem: `The schema cannot be used: ${messageOf(error)}` };
  }
}

function describeAll(errors: readonly ErrorObject[]): readonly SchemaProblem[] {
  const problems = errors.slice(0, MAX_PROBLEMS).map((error) => ({
    path: dotted(error.instancePath),
    message: describe(error),
  }));
  const rest = errors.length - problems.length;
  if (rest > 0) problems.push({ path: "", message: `and ${String(rest)} more problems` });
  return problems;
}

function dotted(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

/** ajv says "must be equal to one of the allowed values" without the values, and hides an extra property's name. */
function describe({ keyword, params, message }: ErrorObject): string {
  // as: ajv documents the params of each keyword, and types them only as any
  const facts = params as Readonly<Record<string, unknown>>;
  if (keyword === "additionalProperties")
    return `has the unknown property ${JSON.stringify(facts["additionalProperty"])}`;
  if (keyword === "enum") return `must be one of ${JSON.stringify(facts["allowedValues"])}`;
  if (keyword === "const") return `must be ${JSON.stringify(facts["allowedValue"])}`;
  return message ?? `breaks the rule ${JSON.stringify(keyword)}`;
}
