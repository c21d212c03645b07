import {
  isJsonArray,
  isJsonObject,
  type Issue,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import { findClaudeEvent } from "./event-table.ts";
import { ClaudeHandlerSchema, type ClaudeHandler } from "./handler.ts";
import { readIntegration, type Integration } from "./integration.ts";
import { describeUnknownEvent } from "./unknown-event.ts";

/** Where a configuration was read. Line and column come from the reader, since the pure half sees values only. */
export interface ConfigFile {
  /** As shown to people. */
  readonly source: string;
  readonly kind: "settings" | "managed" | "plugin";
  /** Folder of the plugin. */
  readonly pluginRoot?: string;
  readonly locate: (path: ConfigPath) => { readonly line: number; readonly column: number };
  /** Where a key stands that its object had already. */
  readonly repeated?: readonly { readonly line: number; readonly column: number }[];
}

export type ConfigPath = readonly (string | number)[];

/** One handler of one group of one file. */
export interface ClaudeEntry {
  readonly file: ConfigFile;
  /** The name it is registered under. */
  readonly event: string;
  readonly matcher?: string;
  readonly handler: ClaudeHandler;
  readonly path: ConfigPath;
  /** Ours: the handlers of its group run one after another, each on what the one before rewrote. */
  readonly sequential: boolean;
}

/** What one file says. A broken entry is left out and reported; the rest holds. */
export interface ClaudeSettings {
  readonly file: ConfigFile;
  readonly entries: readonly ClaudeEntry[];
  readonly issues: readonly Issue[];
  readonly disableAllHooks?: boolean;
  readonly allowManagedHooksOnly?: boolean;
  readonly allowedHttpHookUrls?: readonly string[];
  readonly httpHookAllowedEnvVars?: readonly string[];
  readonly integration?: Integration;
  /** Ours, in the `integration` block: a gate whose hook fails refuses. */
  readonly failClosed?: boolean;
}

/** Reads the hooks of a settings file or of a plugin's `hooks/hooks.json`. */
export function readClaudeSettings(value: JsonValue, file: ConfigFile): ClaudeSettings {
  const reader = createReader(file);
  for (const place of file.repeated ?? []) reader.issues.push({ ...REPEATED, ...place });
  if (!isJsonObject(value)) {
    reader.report("settings-shape", "error", [], `Expected an object, got ${kindOf(value)}`, SHAPE);
    return { file, entries: [], issues: reader.issues };
  }
  const entries = readHooks(value["hooks"], file, reader);
  return { file, entries, issues: reader.issues, ...readSwitches(value, file) };
}

export type Report = (
  code: string,
  severity: Issue["severity"],
  path: ConfigPath,
  message: string,
  hint: string,
) => void;

interface Reader {
  readonly issues: Issue[];
  readonly report: Report;
}

/** JSON keeps the last of two equal keys without a word: a whole list of guards can be lost that way. */
const REPEATED = {
  code: "repeated-key",
  severity: "error",
  path: "",
  message: "This key stands in its object for the second time; what the first one held is lost",
  hint: "Put both under one key: the groups of one event belong into one list.",
} as const;

const SHAPE = 'Write {"hooks": {"<Event>": [{"matcher": "...", "hooks": [{...}]}]}}.';

/** Collects issues with their place in the file. */
export function createReader(file: ConfigFile): Reader {
  const issues: Issue[] = [];
  return {
    issues,
    report: (code, severity, path, message, hint) => {
      issues.push({ code, severity, path: formatPath(path), ...file.locate(path), message, hint });
    },
  };
}

function readHooks(
  hooks: JsonValue | undefined,
  file: ConfigFile,
  reader: Reader,
): readonly ClaudeEntry[] {
  if (hooks === undefined) return [];
  if (!isJsonObject(hooks)) {
    reader.report(
      "settings-shape",
      "error",
      ["hooks"],
      `Expected an object, got ${kindOf(hooks)}`,
      SHAPE,
    );
    return [];
  }
  return Object.entries(hooks).flatMap(([event, groups]) => {
    const path = ["hooks", event];
    if (findClaudeEvent(event) === undefined) {
      const { message, hint } = describeUnknownEvent(event);
      reader.report("unknown-event", "warning", path, message, hint);
      return [];
    }
    if (isJsonArray(groups))
      return groups.flatMap((group, at) => readGroup(group, event, file, [...path, at], reader));
    reader.report(
      "malformed-group",
      "warning",
      path,
      `Expected a list of groups, got ${kindOf(groups)}`,
      SHAPE,
    );
    return [];
  });
}

function readGroup(
  group: JsonValue,
  event: string,
  file: ConfigFile,
  path: ConfigPath,
  reader: Reader,
): readonly ClaudeEntry[] {
  const refuse = (message: string, hint = SHAPE): readonly ClaudeEntry[] => {
    reader.report("malformed-group", "warning", path, `${message}; this entry is skipped`, hint);
    return [];
  };
  if (!isJsonObject(group))
    return refuse(`Expected a group { matcher, hooks }, got ${kindOf(group)}`);
  const { matcher, hooks, sequential } = group;
  if (!isJsonArray(hooks))
    return refuse(
      "command" in group
        ? "A handler stands where a group should be"
        : `Expected "hooks" to be a list of handlers, got ${kindOf(hooks ?? null)}`,
      'Wrap handlers in a group: {"matcher": "...", "hooks": [{"type": "command", "command": "..."}]}.',
    );
  if (matcher !== undefined && typeof matcher !== "string")
    return refuse(`Expected "matcher" to be text, got ${kindOf(matcher)}`);
  return hooks.flatMap((raw, at) => {
    const handlerPath = [...path, "hooks", at];
    const handler = readHandler(raw, handlerPath, reader);
    if (handler === undefined) return [];
    const entry = { file, event, handler, path: handlerPath, sequential: sequential === true };
    return [matcher === undefined ? entry : { ...entry, matcher }];
  });
}

function readHandler(raw: JsonValue, path: ConfigPath, reader: Reader): ClaudeHandler | undefined {
  const parsed = ClaudeHandlerSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const place = [...path, ...issue.path.filter((key) => typeof key !== "symbol")];
    reader.report(
      "malformed-handler",
      "warning",
      place,
      `${issue.message}; this handler is skipped`,
      "A handler is one of type command (command), http (url), mcp_tool (server, tool), prompt or agent (prompt); timeout is a number of seconds.",
    );
  }
  return undefined;
}

function readSwitches(
  value: JsonObject,
  file: ConfigFile,
): Omit<ClaudeSettings, "file" | "entries" | "issues"> {
  const { disableAllHooks, allowManagedHooksOnly, integration } = value;
  const urls = readTexts(value["allowedHttpHookUrls"]);
  const names = readTexts(value["httpHookAllowedEnvVars"]);
  const shared = readIntegration(integration);
  const isClosed = isJsonObject(integration) && integration["failClosed"] === true;
  return {
    ...(typeof disableAllHooks === "boolean" ? { disableAllHooks } : {}),
    // A switch that only the organisation has; a malformed value counts as on.
    ...(file.kind === "managed" && allowManagedHooksOnly !== undefined
      ? { allowManagedHooksOnly: allowManagedHooksOnly !== false }
      : {}),
    ...(urls === undefined ? {} : { allowedHttpHookUrls: urls }),
    ...(names === undefined ? {} : { httpHookAllowedEnvVars: names }),
    ...(shared === undefined ? {} : { integration: shared }),
    ...(isClosed ? { failClosed: true } : {}),
  };
}

function readTexts(value: JsonValue | undefined): readonly string[] | undefined {
  return isJsonArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  return isJsonArray(value) ? "a list" : typeof value;
}
