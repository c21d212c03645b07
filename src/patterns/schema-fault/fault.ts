import type { JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";

/** Why a JSON Schema cannot be used. */
export interface SchemaFault {
  /** Inside the schema. */
  readonly path: DocumentPath;
  /** Goes on after the path. */
  readonly message: string;
  readonly hint: string;
}

export const DEFAULT_HINT =
  "Correct the schema: it is JSON Schema 2020-12, or draft-07 where `$schema` says so.";

/** A value in a message. */
export function shown(value: JsonValue | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
