import type { Hook } from "../../hook.ts";
import { ClaudeHandlerSchema, type ClaudeHandler } from "./handler.ts";
import type { ClaudeEntry, ClaudeSettings } from "./settings.ts";

/**
 * A hook of this protocol as the entry it was imported from, or would have been: written by hand in a pattern it has
 * only a command or an address.
 */
export function entryOfHook(hook: Hook, event: string): ClaudeEntry | undefined {
  const imported = ClaudeHandlerSchema.safeParse(hook.metadata?.["claude"]);
  const handler = imported.success ? imported.data : handlerOf(hook);
  if (handler === undefined) return undefined;
  const pluginRoot =
    "command" in hook.handler ? hook.handler.env?.["CLAUDE_PLUGIN_ROOT"] : undefined;
  const matcher = hook.match?.claude;
  return {
    file: {
      source: hook.source,
      kind: pluginRoot === undefined ? "settings" : "plugin",
      ...(pluginRoot === undefined ? {} : { pluginRoot }),
      locate: () => ({ line: 0, column: 0 }),
    },
    event,
    handler,
    path: [],
    sequential: false,
    ...(matcher === undefined ? {} : { matcher }),
  };
}

/** One entry as a whole configuration, so that it is selected by the same rules as a file. */
export function settingsOf(entry: ClaudeEntry): ClaudeSettings {
  return { file: entry.file, entries: [entry], issues: [] };
}

function handlerOf({ handler, onError }: Hook): ClaudeHandler | undefined {
  const onFailure = onError === "open" ? {} : { onFailure: "block" as const };
  if ("http" in handler)
    return {
      type: "http",
      url: handler.http.url,
      ...(handler.http.headers === undefined ? {} : { headers: handler.http.headers }),
      ...onFailure,
    };
  if ("mcp" in handler)
    return ClaudeHandlerSchema.safeParse({ type: "mcp_tool", ...handler.mcp, ...onFailure }).data;
  if ("prompt" in handler) return { type: "prompt", prompt: handler.prompt, ...onFailure };
  if (!("command" in handler)) return undefined;
  if (typeof handler.command === "string")
    return { type: "command", command: handler.command, ...onFailure };
  const [command = "", ...args] = handler.command;
  return { type: "command", command, args, ...onFailure };
}
