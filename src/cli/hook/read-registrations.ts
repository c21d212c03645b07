import { parse } from "yaml";

import {
  HeddleError,
  isJsonArray,
  isJsonObject,
  messageOf,
  type JsonValue,
} from "../../core/index.ts";
import { normalizeHook, parseHookCondition, resolvePoint, type Hook } from "../../hooks/index.ts";

/** What flags of `hook add` say of one hook. */
export interface HookFlags {
  readonly name?: string;
  readonly on?: readonly string[];
  readonly command?: readonly string[];
  readonly url?: string;
  readonly function?: string;
  readonly match?: readonly string[];
  readonly if?: string;
  readonly priority?: string;
  readonly mode?: string;
  readonly timeout?: string;
  readonly onError?: string;
  readonly tag?: readonly string[];
}

/**
 * Reads the registrations of a file: one, a list, or a mapping with `hooks`.
 * @throws HeddleError `HOOK_INVALID` with every problem
 */
export function readHookFile(text: string, file: string): readonly (readonly Hook[])[] {
  let value: JsonValue;
  try {
    value = parse(text, { maxAliasCount: 100 }) as JsonValue; // as: what is no JSON is refused by the schema below
  } catch (error) {
    throw invalid([`${file}: ${messageOf(error)}`]);
  }
  const within = isJsonObject(value) && "hooks" in value ? value["hooks"] : value;
  const list = isJsonArray(within) ? within : [within ?? null];
  return readRegistrations(list, (index) =>
    isJsonArray(within) ? `${file}: hooks[${String(index)}]` : file,
  );
}

/** @throws HeddleError `HOOK_INVALID` */
export function readHookFlags(flags: HookFlags): readonly (readonly Hook[])[] {
  const { name, on = [], priority, tag } = flags;
  const registration = {
    name: name ?? null,
    on: [...on],
    ...only(flags, "if", "mode", "timeout", "onError"),
    ...(priority === undefined
      ? {}
      : { priority: /^-?\d+$/.test(priority) ? Number(priority) : priority }),
    ...(flags.match === undefined ? {} : { match: pairsOf(flags.match) }),
    ...(tag === undefined ? {} : { metadata: { tags: [...tag] } }),
    handler: handlerOf(flags),
  };
  return readRegistrations([registration], () => "flags");
}

function readRegistrations(
  list: readonly JsonValue[],
  where: (index: number) => string,
): readonly (readonly Hook[])[] {
  const problems: string[] = [];
  const read = list.map((raw, index) => {
    const normal = normalizeHook(raw, "registry", parseHookCondition);
    if (normal.ok) return normal.value;
    for (const { path, message } of normal.error)
      problems.push(`${where(index)}${path === "" ? "" : `.${path}`}: ${message}`);
    return [];
  });
  if (problems.length > 0) throw invalid(problems);
  return read;
}

function handlerOf({ command, url, function: named }: HookFlags): JsonValue {
  const given = [
    ...(command === undefined
      ? []
      : [{ command: command.length === 1 ? (command[0] ?? "") : [...command] }]),
    ...(url === undefined ? [] : [{ http: { url } }]),
    ...(named === undefined ? [] : [{ function: named }]),
  ];
  if (given.length === 1) return given[0] ?? null;
  throw invalid(["Expected exactly one of --command, --url and --function, or a file"]);
}

function pairsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw invalid([`--match ${pair}: expected key=value, e.g. kind=run`]);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function only(flags: HookFlags, ...keys: readonly (keyof HookFlags)[]): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key) => (typeof flags[key] === "string" ? [[key, flags[key]]] : [])),
  );
}

/** A point by its canonical name, its alias included. @throws HeddleError `POINT_UNKNOWN` */
export function canonicalPoint(name: string): string {
  const resolved = resolvePoint(name);
  if (resolved.ok) return resolved.value.point;
  throw new HeddleError("POINT_UNKNOWN", resolved.error, {
    hint: "See every point with its names in docs/hooks/points.md, or: heddle hook explain NAME",
  });
}

function invalid(problems: readonly string[]): HeddleError {
  return new HeddleError("HOOK_INVALID", problems.join("\n"), {
    hint: "A registration is { name, on, match?, handler, ... } as in a pattern's `hooks`: docs/hooks/README.md",
    details: { problems },
  });
}
