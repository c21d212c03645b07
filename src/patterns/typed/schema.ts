import { z } from "zod";

import { HeddleError, isJsonObject, messageOf, type JsonObject } from "../../core/index.ts";

/** A zod schema that JSON Schema can say, or JSON Schema itself, of which the compiler knows nothing. */
export type Schema = z.core.$ZodType | JsonObject;

/** What a schema's value is once defaults are filled in. */
export type GivenBy<S> = S extends z.core.$ZodType ? z.core.output<S> : unknown;

/** What may be handed to it. */
export type TakenBy<S> = S extends z.core.$ZodType ? z.core.input<S> : unknown;

/**
 * The JSON Schema of a schema. Heddle checks values by that, and fills in defaults; it runs no code of the author's, so a
 * schema that transforms is refused.
 * @throws HeddleError `SCHEMA_IS_NO_JSON`
 */
export function toJsonSchema(schema: Schema): JsonObject {
  if (!isZod(schema)) return schema;
  try {
    // Throws for transforms, which the schema of what goes in would hide.
    z.toJSONSchema(schema, { io: "output" });
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input" });
    const plain: unknown = JSON.parse(JSON.stringify(rest));
    if (isJsonObject(plain)) return plain;
    throw new TypeError("it is no object");
  } catch (cause) {
    throw new HeddleError("SCHEMA_IS_NO_JSON", `JSON Schema cannot say this: ${messageOf(cause)}`, {
      hint: "Describe plain JSON, and convert inside the handler.",
      cause,
    });
  }
}

function isZod(schema: Schema): schema is z.core.$ZodType {
  return "_zod" in schema;
}
