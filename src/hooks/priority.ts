/** Priorities by name; low numbers run first. */
export const PRIORITIES = {
  highest: -2_147_483_648,
  high: -100,
  normal: 0,
  low: 100,
  lowest: 2_147_483_647,
} as const;

export type PriorityName = keyof typeof PRIORITIES;

/** What a hook has that names no priority. */
export const DEFAULT_PRIORITY = 100;

/** The number of a priority as foreign configurations write it; a name nobody knows is `normal`, as it is there. */
export function priorityOf(value: number | string | undefined): number {
  if (value === undefined) return DEFAULT_PRIORITY;
  if (typeof value === "number") return value;
  // as: hasOwn has just shown that the name is one of the keys
  return Object.hasOwn(PRIORITIES, value) ? PRIORITIES[value as PriorityName] : PRIORITIES.normal;
}
