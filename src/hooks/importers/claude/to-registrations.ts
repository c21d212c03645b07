import type { JsonObject, JsonValue } from "../../../core/index.ts";
import type { HookRegistration } from "../../document.ts";
import { isBackground, type ClaudeHandler } from "./handler.ts";
import type { ClaudeEntry } from "./settings.ts";

/** An entry that has no handler a worker could run. */
export interface Unimported {
  readonly entry: ClaudeEntry;
  readonly because: string;
}

export interface ImportedHooks {
  readonly registrations: readonly HookRegistration[];
  readonly unimported: readonly Unimported[];
}

/** Claude Code's entries as registrations that a pattern or the registry takes; they keep that contract when they run. */
export function toRegistrations(entries: readonly ClaudeEntry[]): ImportedHooks {
  const registrations: HookRegistration[] = [];
  const unimported: Unimported[] = [];
  const names = new Set<string>();
  for (const entry of entries) {
    const handler = toHandler(entry);
    if (typeof handler === "string") unimported.push({ entry, because: handler });
    else registrations.push({ ...describe(entry, nameOf(entry, names)), handler });
  }
  return { registrations, unimported };
}

function describe(entry: ClaudeEntry, name: string): Omit<HookRegistration, "handler"> {
  const { handler, matcher, event } = entry;
  return {
    name,
    on: event,
    ...(matcher === undefined || matcher === "" || matcher === "*"
      ? {}
      : { match: { claude: matcher } }),
    ...(handler.timeout === undefined ? { timeout: "10m" } : { timeout: `${handler.timeout}s` }),
    ...(isBackground(handler) ? { mode: "async" as const } : {}),
    ...(handler.onFailure === "block" ? { onError: "closed" as const } : {}),
    ...(handler.enabled === false ? { enabled: false } : {}),
    protocol: "claude",
    metadata: { claude: toJson(handler) },
  };
}

function toHandler({ handler, file }: ClaudeEntry): HookRegistration["handler"] | string {
  const root = file.pluginRoot;
  const env = root === undefined ? {} : { env: { CLAUDE_PLUGIN_ROOT: root } };
  switch (handler.type) {
    case "command":
      return {
        command: handler.args === undefined ? handler.command : [handler.command, ...handler.args],
        ...env,
      };
    case "http":
      return { http: { url: handler.url } };
    case "mcp_tool":
      return "a worker is connected to no MCP server";
    case "prompt":
    case "agent":
      return "a worker has no model of its own; write the question as a command, function or approval";
  }
}

/** `PreToolUse-guard`, and a number where that is taken. */
function nameOf({ event, handler }: ClaudeEntry, taken: Set<string>): string {
  const said =
    handler.type === "http"
      ? handler.url
      : handler.type === "command"
        ? handler.command
        : handler.type;
  const file = /([\w-]+)\.(?:sh|py|js|mjs|cjs|ts|rb|pl)\b/.exec(said)?.[1];
  const word = file ?? /[A-Za-z][\w-]*/.exec(said)?.[0] ?? "hook";
  const base = `${event}-${word}`.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 100);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  taken.add(name);
  return name;
}

function toJson(handler: ClaudeHandler): JsonObject {
  // as: a handler was read from JSON
  return JSON.parse(JSON.stringify(handler)) as Record<string, JsonValue>;
}
