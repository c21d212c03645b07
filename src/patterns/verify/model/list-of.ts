import type { DocumentPath } from "../../walk.ts";

/** A field that is one value or a list of them, each with its place inside the field. */
export function listOf<T>(
  field: T | readonly T[] | undefined,
): readonly { readonly value: T; readonly path: DocumentPath }[] {
  if (field === undefined) return [];
  if (isList(field)) return field.map((value, at) => ({ value, path: [at] }));
  return [{ value: field, path: [] }];
}

function isList<T>(field: T | readonly T[]): field is readonly T[] {
  return Array.isArray(field);
}
