import {
  isJsonArray,
  isJsonObject,
  messageOf,
  type JsonObject,
  type JsonValue,
} from "../../core/index.ts";
import { createSchemaCompiler, isOldDraft, matchPatterns } from "../schema-compiler.ts";
import type { DocumentPath } from "../walk.ts";
import { DEFAULT_HINT, shown, type SchemaFault } from "./fault.ts";
import { schemaPlaces, type SchemaPlace } from "./schema-places.ts";

/** A keyword that the compiler may refuse though it looks right. */
interface Odd {
  readonly key: string;
  readonly path: DocumentPath;
  readonly value: JsonValue | undefined;
}

/** What the schema of schemas does not look into. */
export function faultOfPlaces(schema: JsonObject): SchemaFault | undefined {
  const odd: Odd[] = [];
  for (const place of schemaPlaces(schema)) {
    const fault = faultOfPatterns(place);
    if (fault !== undefined) return fault;
    odd.push(...oddIn(place));
  }
  // Most schemas have nothing odd, and need no compiling.
  return odd.length === 0 ? undefined : faultOfCompiling(schema, odd);
}

function faultOfPatterns({ schema, path }: SchemaPlace): SchemaFault | undefined {
  const named = isJsonObject(schema["patternProperties"]) ? schema["patternProperties"] : {};
  const patterns: readonly (readonly [DocumentPath, JsonValue | undefined])[] = [
    [[...path, "pattern"], schema["pattern"]],
    ...Object.keys(named).map((key) => [[...path, "patternProperties", key], key] as const),
  ];
  for (const [at, pattern] of patterns) {
    if (typeof pattern !== "string") continue;
    try {
      matchPatterns(pattern, "u");
    } catch (error) {
      const reason = messageOf(error).replace(/^Invalid regular expression: \/.*\/u: /s, "");
      return {
        path: at,
        message: `is ${shown(pattern)}, which is no regular expression: ${reason}`,
        hint: "Correct the expression; a character that is meant itself has a backslash before it.",
      };
    }
  }
  return undefined;
}

const ODD = ["id", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "nullable"];

function oddIn({ schema, path }: SchemaPlace): readonly Odd[] {
  const keys = ODD.filter((key) => schema[key] !== undefined);
  const values = schema["enum"];
  const ref = schema["$ref"];
  if (isJsonArray(values) && values.length === 0) keys.push("enum");
  // References to places are looked up by schema-loop.
  if (typeof ref === "string" && !/^#(?:\/|$)/.test(ref)) keys.push("$ref");
  if (path.length === 0 && schema["$async"] === true) keys.push("$async");
  return keys.map((key) => ({ key, path: [...path, key], value: schema[key] }));
}

const REASONS: Readonly<Record<string, string>> = {
  $async: "is true, which is not supported",
  enum: "is empty, and no value is in it",
  id: "is a keyword of old drafts, and `$id` today",
  nullable: "needs a `type` beside it that says what else the value can be",
};

function faultOfCompiling(schema: JsonObject, odd: readonly Odd[]): SchemaFault | undefined {
  const async = odd.find(({ key }) => key === "$async");
  if (async !== undefined) return faultOf(async);
  try {
    // One instance per schema: schemas that share an $id must not see each other.
    createSchemaCompiler(isOldDraft(schema), false).compile(schema);
    return undefined;
  } catch (error) {
    const reason = messageOf(error);
    const lost = /^can't resolve reference (\S+) from id/.exec(reason)?.[1];
    if (lost !== undefined) return faultOfReference(lost, odd);
    const words = new Set(reason.split(/[^\w$]+/));
    const blamed = odd.find(({ key }) => key in REASONS && words.has(key));
    if (blamed !== undefined) return faultOf(blamed);
    return { path: [], message: `cannot be used: ${reason}`, hint: DEFAULT_HINT };
  }
}

function faultOf({ key, path }: Odd): SchemaFault {
  return { path, message: REASONS[key] ?? "cannot be used", hint: DEFAULT_HINT };
}

/** Without names there are only references to places, which schema-loop tells of. */
function faultOfReference(lost: string, odd: readonly Odd[]): SchemaFault | undefined {
  const hasNames = odd.some(({ key }) => key === "$id");
  if (!hasNames && !/^#[^/]/.test(lost)) return undefined;
  return {
    path: odd.find(({ key, value }) => key === "$ref" && value === lost)?.path ?? [],
    message: `is ${shown(lost)}, which refers to nothing in this schema`,
    hint: "Refer to a part of the same schema, as in `#/$defs/name`: other documents are not fetched.",
  };
}
