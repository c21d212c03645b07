import { isJsonObject, type JsonObject, type Result } from "../../../core/index.ts";
import { eventSubjects } from "./event-subjects.ts";
import { findClaudeEvent, namesOfMoment, type ClaudeEvent } from "./event-table.ts";
import { handlerKey } from "./handler.ts";
import { leftToClaude, NOT_SHARED } from "./integration.ts";
import { parseClaudeMatcher } from "./matcher.ts";
import { coversCall, parsePermissionRule } from "./permission-rule.ts";
import type { ClaudeEntry, ClaudeSettings } from "./settings.ts";

/** Tests a JavaScript regular expression without ever hanging; the error says why it cannot be used. */
export type TestRegex = (source: string, subject: string) => Result<boolean, string>;

export interface SelectContext {
  readonly testRegex: TestRegex;
  readonly cwd: string;
  readonly home: string | undefined;
  /** Claude Code itself runs beside us. */
  readonly isClaudePresent: boolean;
}

/** Which handlers an event reaches. */
export interface Selection {
  /** Every entry that matches, copies included, in configured order. */
  readonly matched: readonly ClaudeEntry[];
  /** Those that run: of copies the first. */
  readonly running: readonly ClaudeEntry[];
  /** What kept an entry from matching although its author will have meant it to. */
  readonly warnings: readonly string[];
}

/** Finds the handlers of an event in the merged configuration. */
export function selectEntries(
  all: readonly ClaudeSettings[],
  name: string,
  input: JsonObject,
  context: SelectContext,
): Selection {
  const integration = all.findLast((each) => each.integration !== undefined)?.integration;
  const left = leftToClaude(integration ?? NOT_SHARED, name, input, context.isClaudePresent);
  if (left !== undefined) return { matched: [], running: [], warnings: [left] };
  const names = new Set(namesOfMoment(name));
  const warnings: string[] = [];
  const matched = activeEntries(all).filter(
    (entry) => names.has(entry.event) && applies(entry, input, context, warnings),
  );
  return { matched, running: withoutCopies(matched), warnings };
}

/** Entries in configured order: the organisation's, then settings as given, then plugins; switched-off ones left out. */
function activeEntries(all: readonly ClaudeSettings[]): readonly ClaudeEntry[] {
  const managed = all.filter((each) => each.file.kind === "managed");
  const settings = all.filter((each) => each.file.kind === "settings");
  const plugins = all.filter((each) => each.file.kind === "plugin");
  // The organisation's word counts above everybody else's, whichever it is.
  const said = lastSet(managed);
  if (said === true) return [];
  const onlyManaged =
    (said ?? lastSet(settings) ?? false) ||
    managed.some((each) => each.allowManagedHooksOnly === true);
  const active = onlyManaged ? managed : [...managed, ...settings, ...plugins];
  return active.flatMap((each) => each.entries).filter((entry) => entry.handler.enabled !== false);
}

function lastSet(files: readonly ClaudeSettings[]): boolean | undefined {
  return files.findLast((each) => each.disableAllHooks !== undefined)?.disableAllHooks;
}

function applies(
  entry: ClaudeEntry,
  input: JsonObject,
  context: SelectContext,
  warnings: string[],
): boolean {
  const event = findClaudeEvent(entry.event);
  if (event === undefined || !hitsMatcher(event, entry, input, context, warnings)) return false;
  if (!event.types.includes(entry.handler.type)) {
    warnings.push(
      `${placeOf(entry)}: a handler of type ${entry.handler.type} never runs on ${event.name}`,
    );
    return false;
  }
  return holdsRule(event, entry, input, context, warnings);
}

function hitsMatcher(
  event: ClaudeEvent,
  entry: ClaudeEntry,
  input: JsonObject,
  context: SelectContext,
  warnings: string[],
): boolean {
  const pattern = entry.matcher ?? "";
  const matcher = parseClaudeMatcher(pattern, event.name);
  const { hasMatcher, subjects } = eventSubjects(event, input, pattern);
  if (matcher.kind === "all" || !hasMatcher) return true;
  if (matcher.kind === "names") return subjects.some((subject) => matcher.names.includes(subject));
  return subjects.some((subject) => {
    const hit = context.testRegex(matcher.source, subject);
    if (hit.ok) return hit.value;
    warnings.push(
      `${placeOf(entry)}: the matcher ${JSON.stringify(pattern)} cannot be used: ${hit.error}`,
    );
    return false;
  });
}

function holdsRule(
  event: ClaudeEvent,
  entry: ClaudeEntry,
  input: JsonObject,
  { cwd, home }: SelectContext,
  warnings: string[],
): boolean {
  const text = entry.handler.if;
  if (text === undefined) return true;
  if (!event.hasTool) return false;
  const rule = parsePermissionRule(text);
  if (rule === undefined) {
    warnings.push(
      `${placeOf(entry)}: "if" is not a permission rule: ${JSON.stringify(text)}; the hook runs`,
    );
    return true;
  }
  const { tool_name: tool, tool_input: given } = input;
  return (
    typeof tool === "string" &&
    coversCall(rule, tool, isJsonObject(given) ? given : {}, { cwd, home })
  );
}

/** One handler in several settings files is one; each plugin's copy is its own. */
function withoutCopies(matched: readonly ClaudeEntry[]): readonly ClaudeEntry[] {
  const known = new Set<string>();
  return matched.filter((entry) => {
    const key = `${entry.file.pluginRoot ?? ""}\n${handlerKey(entry.handler)}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

function placeOf(entry: ClaudeEntry): string {
  return `${entry.file.source}:${entry.file.locate(entry.path).line}`;
}
