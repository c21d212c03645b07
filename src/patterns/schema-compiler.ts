import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

import type { JsonObject } from "../core/index.ts";
import { compileRegex } from "../expressions/index.ts";

/**
 * Patterns are matched in linear time, since the text they meet comes from whoever starts a run. What linear matching
 * cannot do (looking around, back references) is left to the language's own engine: then the schema's author answers.
 */
export const matchPatterns = Object.assign(
  (pattern: string, flags: string): { test(text: string): boolean; toString(): string } => {
    const linear = compileRegex(pattern);
    if (!linear.ok) return new RegExp(pattern, flags);
    return {
      test: (text) => linear.value.test(text, () => undefined),
      // ajv tells patterns apart by their text.
      toString: () => `/${pattern}/${flags}`,
    };
  },
  { code: "matchPatterns" },
);

const OPTIONS = {
  allErrors: true,
  useDefaults: true,
  // Authors may use keywords of other tools; `format` is an annotation, as the 2020-12 standard has it.
  strict: false,
  validateFormats: false,
  logger: false,
  code: { regExp: matchPatterns },
} as const;

/** JSON Schema 2020-12, or draft-07 where `$schema` says so. `validateSchema` is false for what was checked already. */
export function createSchemaCompiler(isOld: boolean, validateSchema = true): Ajv | Ajv2020 {
  const options = { ...OPTIONS, validateSchema };
  return isOld ? new Ajv(options) : new Ajv2020(options);
}

export function isOldDraft(schema: JsonObject): boolean {
  const dialect = schema["$schema"];
  return typeof dialect === "string" && /draft-0[4-7]/.test(dialect);
}
