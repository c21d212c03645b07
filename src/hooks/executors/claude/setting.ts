import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../../core/index.ts";
import {
  findClaudeEvent,
  type ClaudeEntry,
  type ClaudeSettings,
} from "../../importers/claude/index.ts";
import type { HandlerServices } from "../services.ts";
import { claudeEnvironment, hasEnvFile } from "./environment.ts";
import type { HandlerSetting } from "./run-handler.ts";
import type { Scratch } from "./scratch.ts";

/** Where a session lives. */
export interface SessionPlaces {
  /** Root of the project: `CLAUDE_PROJECT_DIR`, and the working directory where an event names none that exists. */
  readonly projectDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Options extends SessionPlaces {
  readonly settings: readonly ClaudeSettings[];
  readonly signal: AbortSignal;
}

const MODEL_TIMEOUT_MS = { prompt: 30_000, agent: 60_000 } as const;
const END_BUDGET_MS = 1500;
const MAX_END_BUDGET_MS = 60_000;

/** Makes what a handler needs to run: folder, environment, time and permissions, by the contract. */
export function createSettingFactory(
  options: Options,
  scratch: Scratch,
  services: HandlerServices,
): (entry: ClaudeEntry, event: JsonObject) => Promise<HandlerSetting> {
  const urls = union(options.settings.map((each) => each.allowedHttpHookUrls));
  const allowedUrls = urls === undefined ? [] : [urls];
  const allowedNames = union(options.settings.map((each) => each.httpHookAllowedEnvVars));
  const endBudgetMs = endBudget(options);
  let envFile: Promise<string> | undefined;
  return async (entry, event) => {
    if (hasEnvFile(entry.event))
      envFile ??= Promise.resolve(options.env["CLAUDE_ENV_FILE"] ?? scratch.file("env.sh"));
    const pluginData =
      entry.file.pluginRoot === undefined ? undefined : await pluginFolder(options, scratch);
    return {
      cwd: folderOf(event, options.projectDir),
      env: claudeEnvironment(entry, event, {
        parent: options.env,
        projectDir: options.projectDir,
        ...(envFile === undefined ? {} : { envFile: await envFile }),
        ...(pluginData === undefined ? {} : { pluginData }),
      }),
      timeoutMs: timeoutOf(entry, endBudgetMs),
      signal: options.signal,
      allowedUrls,
      allowedNames,
      services,
    };
  };
}

function timeoutOf({ handler, event }: ClaudeEntry, endBudgetMs: number): number {
  const own = handler.timeout === undefined ? undefined : handler.timeout * 1000;
  if (event === "SessionEnd") return Math.min(own ?? endBudgetMs, endBudgetMs);
  if (own !== undefined) return own;
  if (handler.type === "prompt" || handler.type === "agent") return MODEL_TIMEOUT_MS[handler.type];
  return (findClaudeEvent(event)?.timeoutS ?? 600) * 1000;
}

/** The hooks of a session's end share a short time; the longest of their own, up to a minute, may stretch it. */
function endBudget({ env, settings }: Options): number {
  const given = env["CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS"];
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  const own = settings
    .filter((each) => each.file.kind !== "plugin")
    .flatMap((each) => each.entries)
    .filter((entry) => entry.event === "SessionEnd")
    .map((entry) => (entry.handler.timeout ?? 0) * 1000);
  return Math.min(MAX_END_BUDGET_MS, Math.max(END_BUDGET_MS, ...own));
}

/** The session's current folder; the project's root when that one is gone. */
function folderOf(event: JsonObject, projectDir: string): string {
  const { cwd } = event;
  return typeof cwd === "string" && isFolder(cwd) ? cwd : projectDir;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing, or behind a folder that may not be read: either way nothing can run there.
    return false;
  }
}

async function pluginFolder({ env }: Options, scratch: Scratch): Promise<string> {
  const given = env["CLAUDE_PLUGIN_DATA"];
  if (given !== undefined) return given;
  const folder = join(await scratch.folder(), "plugin-data");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function union(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const given = lists.filter((list) => list !== undefined);
  return given.length === 0 ? undefined : given.flat();
}
