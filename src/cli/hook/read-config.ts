import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import { HeddleError, messageOf, type JsonValue } from "../../core/index.ts";
import { readJsonText } from "../../hooks/files/index.ts";
import type { ConfigFile } from "../../hooks/importers/claude/index.ts";

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
  const isYaml = [".yaml", ".yml"].includes(extname(path).toLowerCase());
  const { locate, repeated, ...read } = readJsonText(text, isYaml);
  return { file: { source: given, ...kindOf(path), locate, repeated }, ...read };
}

function kindOf(path: string): Pick<ConfigFile, "kind" | "pluginRoot"> {
  const folder = dirname(path);
  if (basename(path) === "hooks.json" && basename(folder) === "hooks")
    return { kind: "plugin", pluginRoot: dirname(folder) };
  const isManaged =
    basename(path) === "managed-settings.json" || basename(folder) === "managed-settings.d";
  return { kind: isManaged ? "managed" : "settings" };
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
