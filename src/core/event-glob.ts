import { err, ok, type Result } from "./result.ts";

/** Longest event type and glob accepted, in characters. */
export const MAX_EVENT_TYPE_LENGTH = 255;

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/** An event type is dotted words: `order.paid`. Says what is wrong with one that is not. */
export function checkEventType(type: string): Result<string, string> {
  return checkSegments(type, "an event type such as order.paid", (segment) =>
    segment.includes("*") ? 'no "*": only subscriptions have wildcards' : checkWord(segment),
  );
}

/**
 * A glob over event types: whole segments, `*` for exactly one and `**` for any number, none included, everything else
 * literal. What no event type can ever match (`ord*`, `a..b`, `order.*.`) is refused, with the reason.
 */
export function checkEventGlob(glob: string): Result<string, string> {
  return checkSegments(glob, "an event glob such as order.* or order.**", (segment) => {
    if (segment === "*" || segment === "**") return undefined;
    return segment.includes("*")
      ? `a wildcard stands for whole segments ("*" one, "**" any number), so ${JSON.stringify(segment)} can never match`
      : checkWord(segment);
  });
}

/** Whether a checked glob fits an event type. Never a regular expression, and no recursion. */
export function matchesEventGlob(glob: string, type: string): boolean {
  const wanted = glob.split(".");
  const given = type.split(".");
  let at = 0;
  let from = 0;
  // Where to take up again when what follows a `**` turns out not to fit: one segment further on.
  let lastStars = -1;
  let swallowedTo = 0;
  while (from < given.length) {
    const segment = wanted[at];
    if (segment === "**") {
      lastStars = at;
      swallowedTo = from;
      at += 1;
    } else if (segment === "*" || segment === given[from]) {
      at += 1;
      from += 1;
    } else if (lastStars >= 0) {
      swallowedTo += 1;
      from = swallowedTo;
      at = lastStars + 1;
    } else return false;
  }
  while (wanted[at] === "**") at += 1;
  return at === wanted.length;
}

function checkSegments(
  text: string,
  expected: string,
  problemOf: (segment: string) => string | undefined,
): Result<string, string> {
  const refuse = (reason: string): Result<string, string> =>
    err(`Expected ${expected}, got ${JSON.stringify(text.slice(0, 80))}: ${reason}`);
  if (text.length > MAX_EVENT_TYPE_LENGTH) {
    return refuse(`at most ${MAX_EVENT_TYPE_LENGTH} characters, these are ${text.length}`);
  }
  for (const segment of text.split(".")) {
    const problem = problemOf(segment);
    if (problem !== undefined) return refuse(problem);
  }
  return ok(text);
}

function checkWord(segment: string): string | undefined {
  if (segment === "") return "no segment may be empty";
  return SEGMENT.test(segment)
    ? undefined
    : `${JSON.stringify(segment)} may hold only letters, digits, "_" and "-"`;
}
