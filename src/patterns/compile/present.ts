/** The same object, where an optional key is absent instead of `undefined`. */
export type Present<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** A plan is plain JSON, and JSON has no `undefined`: drops the keys that have no value. */
export function present<T extends object>(value: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) if (each !== undefined) kept[key] = each;
  return kept as Present<T>; // as: what was dropped is what `Present` leaves out
}
