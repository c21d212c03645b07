import { err, nearest, ok, type Result } from "../core/index.ts";
import { ALIASES, type Alias } from "./aliases.ts";
import type { HookMatch } from "./hook.ts";
import { findPoint, isCustomPoint, POINTS } from "./points.ts";

/** What a written name means. */
export interface ResolvedPoint {
  readonly point: string;
  readonly also?: readonly string[];
  readonly implied?: HookMatch;
  /** The name as written, when it was an alias. */
  readonly alias?: string;
  /** Why it is accepted and yet cannot occur here. */
  readonly never?: string;
}

const BY_NAME: ReadonlyMap<string, Alias> = new Map(
  // First listed wins: where vocabularies share a name, they mean the same point (a test holds them to it).
  [...ALIASES].reverse().map((alias) => [alias.name, alias]),
);

/**
 * Finds the point that a name means: canonical (`step.before`), `custom:<name>`, `artifact:<name>` or an alias of any
 * vocabulary.
 * @returns the point, or a sentence with the nearest known name
 */
export function resolvePoint(name: string): Result<ResolvedPoint, string> {
  if (findPoint(name) !== undefined) return ok({ point: name });
  if (name.startsWith("artifact:") && isCustomPoint(`custom:${name}`))
    return ok({ point: `custom:${name}`, alias: name });
  const alias = BY_NAME.get(name);
  if (alias !== undefined) {
    const { point, also, implied, never } = alias;
    return ok({
      point,
      alias: name,
      ...(also === undefined ? {} : { also }),
      ...(implied === undefined ? {} : { implied }),
      ...(never === undefined ? {} : { never }),
    });
  }
  return err(unknownName(name));
}

/** Every name that stands for a point, canonical name first. */
export function namesOf(point: string): readonly string[] {
  const aliases = ALIASES.filter((alias) => alias.point === point || alias.also?.includes(point));
  return [...new Set([point, ...aliases.map((alias) => alias.name)])];
}

function unknownName(name: string): string {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
  if (name.startsWith("custom:"))
    return `${shown} is not a valid custom point; write custom: and then letters, digits, "_", ".", ":", "/" or "-"`;
  const near = nearest(name, allNames());
  return near === undefined
    ? `Unknown hook point ${shown}; use a name such as step.before, run.failed or custom:<name>`
    : `Unknown hook point ${shown}; did you mean ${near}?`;
}

function* allNames(): Iterable<string> {
  for (const point of POINTS) yield point.name;
  yield* BY_NAME.keys();
}
