/**
 * How a run came to be started by handlers: one entry per start, oldest first, `<pattern>/<hook>` or
 * `<pattern>/role:<role>` each. Every run that a hook starts carries it, whether the hook has a pattern as its handler,
 * forks, or calls `heddle run start`; so does the run of a pattern that is a role's handler.
 */
export type Origin = readonly string[];

const ROLE = "role:";

/** The variable in which a hook's command finds its run's origin, with itself as the last entry. */
export const ORIGIN_VARIABLE = "HEDDLE_ORIGIN";

/** So many handlers in a row may start runs that start runs. */
const MAX_DEPTH = 10;
/** So often may one of them come back in a row: a hook that starts the pattern which triggers it. */
const MAX_RETURNS = 3;

export function extendOrigin(origin: Origin | undefined, pattern: string, hook: string): Origin {
  return [...(origin ?? []), `${pattern}/${hook}`];
}

/** The origin of a run that plays a role of a pattern. */
export function extendOriginByRole(
  origin: Origin | undefined,
  pattern: string,
  role: string,
): Origin {
  return extendOrigin(origin, pattern, `${ROLE}${role}`);
}

/** Roles work as often as their steps say; hooks fire by themselves. */
export function isStartedByHook(origin: Origin): boolean {
  return origin.at(-1)?.includes(`/${ROLE}`) === false;
}

/** What is wrong with a start of this origin; undefined when nothing is. */
export function findLoop(origin: Origin): string | undefined {
  const last = origin.at(-1);
  if (last === undefined) return undefined;
  const returns = origin.filter((entry) => entry === last).length;
  const path = origin.join(" -> ");
  if (returns > MAX_RETURNS)
    return `${nameOf(last)} starts runs that lead to it again, ${String(returns)} deep: ${path}`;
  return origin.length > MAX_DEPTH
    ? `runs start runs by their hooks and roles, ${String(origin.length)} deep: ${path}`
    : undefined;
}

function nameOf(entry: string): string {
  return isStartedByHook([entry]) ? `the hook ${entry}` : entry;
}

/** Reads what `ORIGIN_VARIABLE` holds; anything else is no origin. */
export function readOrigin(text: string | undefined): Origin | undefined {
  const entries = (text ?? "").split(",").filter((entry) => entry !== "");
  return entries.length === 0 ? undefined : entries;
}
