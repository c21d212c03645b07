import { canonicalize, isJsonArray, isJsonObject, type JsonValue } from "../core/index.ts";
import { compileGlob } from "./glob.ts";
import type { Hook, HookEvent, HookMatch } from "./hook.ts";

/** Facts that a matcher can test, by the key it uses. */
export const MATCH_KEYS = ["tool", "kind", "step", "role", "type", "status", "source"] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

/**
 * Whether the part of a hook's match that is known only now holds: `fields`, and whatever `buildHookTable` could not
 * decide. Runs in the workflow: pure, and no regular expression.
 */
export function matchesEvent(hook: Hook, event: HookEvent): boolean {
  return [hook.implied, hook.match].every(
    (match) =>
      match === undefined ||
      (MATCH_KEYS.every((key) => holds(match, key, event)) && matchesFields(match, event)),
  );
}

/** Whether every dotted path of `fields` leads to the expected value; a missing path reads as null. */
export function matchesFields(match: HookMatch, event: HookEvent): boolean {
  // as: an event is plain JSON by its type; optional properties that are absent are no values
  const root = event as unknown as JsonValue;
  return Object.entries(match.fields ?? {}).every(
    ([path, expected]) => canonicalize(readPath(root, path)) === canonicalize(expected),
  );
}

/** What the subject of an event says under a key; facts of the point itself come before those of its step. */
export function factOf(event: HookEvent, key: MatchKey): string | undefined {
  const given = event.data?.[key];
  if (typeof given === "string") return given;
  switch (key) {
    case "step":
      return event.step?.id;
    case "tool":
    case "kind":
    case "role":
    case "type":
      return event.step?.[key];
    case "status":
    case "source":
      return undefined;
  }
}

function holds(match: HookMatch, key: MatchKey, event: HookEvent): boolean {
  const pattern = match[key];
  if (pattern === undefined) return true;
  const fact = factOf(event, key);
  return fact !== undefined && (compileGlob(pattern)?.(fact) ?? false);
}

/** A path is tried below the event and, as the originals do, below its `data`. */
export function readPath(root: JsonValue, path: string): JsonValue {
  const direct = follow(root, path);
  if (direct !== undefined) return direct;
  const data = isJsonObject(root) ? root["data"] : undefined;
  return (data === undefined ? undefined : follow(data, path)) ?? null;
}

function follow(root: JsonValue, path: string): JsonValue | undefined {
  let here: JsonValue | undefined = root;
  for (const key of path.split(".")) {
    if (isJsonArray(here)) here = /^\d+$/.test(key) ? here[Number(key)] : undefined;
    else if (isJsonObject(here)) here = Object.hasOwn(here, key) ? here[key] : undefined;
    else return undefined;
  }
  return here;
}
