import type { Hook } from "../hook.ts";
import {
  readClaudeSettings,
  toRegistrations,
  type ClaudeSettings,
} from "../importers/claude/index.ts";
import { normalizeHook, type ParseCondition } from "../normalize.ts";
import { readJsonText } from "./json-text.ts";
import type { Level } from "./places.ts";
import type { HookFileText } from "./read-texts.ts";

export interface ClaudeFileHooks {
  readonly path: string;
  readonly level: Level;
  readonly hooks: readonly Hook[];
  readonly problems: readonly string[];
}

/**
 * Reads Claude Code's settings of all levels as one configuration: entries add up, names are unique among all of them,
 * and the switches hold (`disableAllHooks`, which cannot reach managed hooks, and `allowManagedHooksOnly`).
 */
export function readClaudeFiles(
  files: readonly HookFileText[],
  parseCondition: ParseCondition,
): readonly ClaudeFileHooks[] {
  const read = files.map((file) => ({ file, settings: readSettings(file) }));
  const allows = switchOf(read.map(({ file, settings }) => ({ level: file.level, settings })));
  const usable = read.flatMap(({ file, settings }) => {
    if (typeof settings === "string") return [];
    return [allows(file.level) ? settings : { ...settings, entries: [] }];
  });
  // One registration per entry, in the order of the files.
  const registrations = toRegistrations(usable);
  let next = 0;
  return read.map(({ file: { path, level }, settings }) => {
    if (typeof settings === "string") return { path, level, hooks: [], problems: [settings] };
    const count = allows(level) ? settings.entries.length : 0;
    const own = registrations.slice(next, next + count);
    next += count;
    const hooks: Hook[] = [];
    const problems = settings.issues.map(({ message, line }) => `line ${String(line)}: ${message}`);
    for (const registration of own) {
      const normal = normalizeHook(registration, level, parseCondition);
      if (normal.ok) hooks.push(...normal.value);
      else problems.push(...normal.error.map((issue) => `${issue.path}: ${issue.message}`));
    }
    return { path, level, hooks, problems };
  });
}

function readSettings({ path, level, text }: HookFileText): ClaudeSettings | string {
  const { value, broken, ...places } = readJsonText(text);
  if (value === undefined)
    return `line ${String(broken?.line ?? 1)}: not JSON, its hooks are off: ${broken?.message ?? "empty"}`;
  const kind = level === "managed" ? ("managed" as const) : ("settings" as const);
  return readClaudeSettings(value, { source: path, kind, ...places });
}

/** Whose hooks may run. The organisation's own always do, unless it says otherwise itself. */
function switchOf(
  files: readonly { readonly level: Level; readonly settings: ClaudeSettings | string }[],
): (level: Level) => boolean {
  const said = files.flatMap(({ level, settings }) =>
    typeof settings === "string" ? [] : [{ level, settings }],
  );
  const managed = said.filter(({ level }) => level === "managed");
  const managedOnly = managed.some(({ settings }) => settings.allowManagedHooksOnly === true);
  // The narrower level wins, as for every setting; the organisation's word counts above all of them.
  const managedOff = lastSaid(managed);
  const allOff = managedOff ?? lastSaid(said) ?? false;
  return (level) => (level === "managed" ? managedOff !== true : !managedOnly && !allOff);
}

function lastSaid(files: readonly { readonly settings: ClaudeSettings }[]): boolean | undefined {
  return files.findLast(({ settings }) => settings.disableAllHooks !== undefined)?.settings
    .disableAllHooks;
}
