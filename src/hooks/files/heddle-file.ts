import { parse } from "yaml";

import { isJsonArray, isJsonObject, messageOf, type JsonValue } from "../../core/index.ts";
import type { Hook } from "../hook.ts";
import { normalizeHook, type ParseCondition } from "../normalize.ts";
import type { HookFileText } from "./read-texts.ts";

/** What one file gave. A broken entry is left out and reported; the rest holds. */
export interface FileHooks {
  readonly hooks: readonly Hook[];
  readonly problems: readonly string[];
}

/** Reads registrations as a pattern's `hooks` has them: a list, or a mapping with `hooks`. YAML or JSON. */
export function readHeddleFile(
  { text, level }: HookFileText,
  parseCondition: ParseCondition,
): FileHooks {
  const list = readList(text);
  if (typeof list === "string") return { hooks: [], problems: [list] };
  const hooks: Hook[] = [];
  const problems: string[] = [];
  list.forEach((raw, index) => {
    const read = normalizeHook(raw, level, parseCondition);
    if (read.ok) hooks.push(...read.value);
    else
      for (const { path, message } of read.error)
        problems.push(`hooks[${String(index)}]${path === "" ? "" : `.${path}`}: ${message}`);
  });
  return { hooks, problems };
}

function readList(text: string): readonly JsonValue[] | string {
  let value: JsonValue;
  try {
    // as: what is not JSON is refused by the schema of a registration
    value = parse(text, { maxAliasCount: 100 }) as JsonValue;
  } catch (error) {
    return `not YAML: ${messageOf(error)}`;
  }
  if (value === null) return [];
  const list = isJsonObject(value) ? value["hooks"] : value;
  return isJsonArray(list)
    ? list
    : "Expected a list of hook registrations, or a mapping with `hooks`";
}
