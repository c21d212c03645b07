/** The same fields, where those that may be undefined are absent instead. */
export type Defined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & { [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined> };

/**
 * Leaves out what is undefined. An optional field is either there or not (`exactOptionalPropertyTypes`): undefined
 * would be lost on the way through JSON, and a replay would then see another value than the first execution.
 */
export function defined<T extends object>(fields: T): Defined<T> {
  const kept: Record<string, unknown> = {};
  // A loop, because a plan of ten thousand steps is put together by thirty thousand calls of this.
  for (const key of Object.keys(fields)) {
    const value = (fields as Readonly<Record<string, unknown>>)[key]; // as: it is one of its own keys
    if (value !== undefined) kept[key] = value;
  }
  return kept as Defined<T>; // as: exactly the fields that the type keeps
}
