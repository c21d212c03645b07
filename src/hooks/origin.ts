/**
 * How a run came to be started by hooks: one entry per start, oldest first, `<pattern>/<hook>` each. Every run that a hook
 * starts carries it, whether the hook has a pattern as its handler, forks, or calls `heddle run start`.
 */
export type Origin = readonly string[];

/** The variable in which a hook's command finds its run's origin, with itself as the last entry. */
export const ORIGIN_VARIABLE = "HEDDLE_ORIGIN";

/** So many hooks in a row may start runs that start runs. */
const MAX_DEPTH = 10;
/** So often may one hook of one pattern come back in a row: a hook that starts the pattern which triggers it. */
const MAX_RETURNS = 3;

export function extendOrigin(origin: Origin | undefined, pattern: string, hook: string): Origin {
  return [...(origin ?? []), `${pattern}/${hook}`];
}

/** What is wrong with a start of this origin; undefined when nothing is. */
export function findLoop(origin: Origin): string | undefined {
  const last = origin.at(-1);
  if (last === undefined) return undefined;
  const returns = origin.filter((entry) => entry === last).length;
  const path = origin.join(" -> ");
  if (returns > MAX_RETURNS)
    return `the hook ${last} starts runs that trigger it again, ${String(returns)} deep: ${path}`;
  return origin.length > MAX_DEPTH
    ? `hooks start runs whose hooks start runs, ${String(origin.length)} deep: ${path}`
    : undefined;
}

/** Reads what `ORIGIN_VARIABLE` holds; anything else is no origin. */
export function readOrigin(text: string | undefined): Origin | undefined {
  const entries = (text ?? "").split(",").filter((entry) => entry !== "");
  return entries.length === 0 ? undefined : entries;
}
