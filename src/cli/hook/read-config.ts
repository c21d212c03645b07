import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import { isNode, LineCounter, parseDocument, type Document } from "yaml";

import { HeddleError, messageOf, type JsonValue } from "../../core/index.ts";
import type { ConfigFile, ConfigPath } from "../../hooks/importers/claude/index.ts";

/** A configuration file of Claude Code's shape, read or with the reason why it cannot be. */
export interface ReadConfig {
  readonly file: ConfigFile;
  readonly value?: JsonValue;
  /** Not JSON: nothing in it counts. */
  readonly broken?: { readonly message: string; readonly line: number; readonly column: number };
}

/**
 * Reads a settings file, or a plugin's `hooks/hooks.json`, whose root is the folder above.
 * @throws HeddleError `CONFIG_UNREADABLE` when there is no such file
 */
export async function readConfig(given: string, cwd: string): Promise<ReadConfig> {
  const path = resolve(cwd, given);
  const text = await readText(path, given);
  const lines = new LineCounter();
  // JSON is a part of YAML, and this parser knows where each value stands.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, schema: "json" });
  const file: ConfigFile = {
    source: given,
    ...kindOf(path),
    locate: (place) => locate(document, lines, place),
  };
  const isYaml = [".yaml", ".yml"].includes(extname(path).toLowerCase());
  try {
    const value: unknown = isYaml ? document.toJS() : JSON.parse(text);
    return { file, value: value as JsonValue }; // as: both parsers give JSON values and nothing else
  } catch (error) {
    const [first] = document.errors;
    const { line, col } = lines.linePos(first?.pos[0] ?? 0);
    return { file, broken: { message: messageOf(error), line: Math.max(line, 1), column: col } };
  }
}

function kindOf(path: string): Pick<ConfigFile, "kind" | "pluginRoot"> {
  const folder = dirname(path);
  if (basename(path) === "hooks.json" && basename(folder) === "hooks")
    return { kind: "plugin", pluginRoot: dirname(folder) };
  const isManaged =
    basename(path) === "managed-settings.json" || basename(folder) === "managed-settings.d";
  return { kind: isManaged ? "managed" : "settings" };
}

/** The place of a value, or of the nearest value around it. */
function locate(
  document: Document,
  lines: LineCounter,
  path: ConfigPath,
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

async function readText(path: string, given: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8");
    return text.replace(/^\uFEFF/, "");
  } catch (error) {
    throw new HeddleError("CONFIG_UNREADABLE", `Cannot read ${given}: ${messageOf(error)}`, {
      hint: "Give a settings.json of Claude Code's shape, or a plugin's hooks/hooks.json.",
      cause: error,
    });
  }
}
