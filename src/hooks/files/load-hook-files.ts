import type { Hook } from "../hook.ts";
import type { ParseCondition } from "../normalize.ts";
import { readClaudeFiles } from "./claude-files.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { readHeddleFile } from "./heddle-file.ts";
import type { HookFilePlace, HookFolders, Level } from "./places.ts";
import { readTexts } from "./read-texts.ts";

/** One hook file and what it gave. */
export interface LoadedHookFile extends HookFilePlace {
  readonly hooks: readonly Hook[];
  readonly problems: readonly string[];
}

/** The hooks of all files that concern a folder, as they were at one moment. */
export interface LoadedHookFiles {
  readonly files: readonly LoadedHookFile[];
  /** Over the project's files and the scripts they name; of nothing when there are none. */
  readonly fingerprint: string;
  readonly scripts: readonly string[];
}

/** Reads every hook file that concerns a folder: the organisation's, the user's and the project's, in merge order. */
export async function loadHookFiles(
  folders: HookFolders,
  parseCondition: ParseCondition,
): Promise<LoadedHookFiles> {
  const texts = await readTexts(folders);
  const readable = texts.filter(({ unreadable }) => unreadable === undefined);
  const claude = readClaudeFiles(
    readable.filter(({ format }) => format === "claude"),
    parseCondition,
  );
  const files = texts.map((file): LoadedHookFile => {
    const { path, level, format, unreadable } = file;
    const place = { path, level, format };
    if (unreadable !== undefined)
      return { ...place, hooks: [], problems: [`cannot be read: ${unreadable}`] };
    const read =
      format === "heddle"
        ? readHeddleFile(file, parseCondition)
        : claude.find((each) => each.path === path);
    return { ...place, hooks: read?.hooks ?? [], problems: read?.problems ?? [] };
  });
  const project = files.filter(({ level }) => level === "project");
  const { digest, scripts, hooks } = await fingerprintOf(
    folders.workspace,
    texts.filter(({ level }) => level === "project"),
    project.flatMap(({ hooks }) => hooks),
  );
  // The same hooks in the same order, now with what their scripts were.
  let next = 0;
  const own = files.map((file) => {
    if (file.level !== "project") return file;
    const start = next;
    next += file.hooks.length;
    return { ...file, hooks: hooks.slice(start, next) };
  });
  return { files: own, fingerprint: digest, scripts };
}

/** Files that run without anybody's word: the organisation's, and what the user wrote for Heddle itself. */
export function runsUntrusted({ level, format }: HookFilePlace): boolean {
  return level === "managed" || (level === "user" && format === "heddle");
}

/** The hooks that may run, in merge order. */
export function permittedHooks({ files }: LoadedHookFiles, isTrusted: boolean): readonly Hook[] {
  const order: readonly Level[] = ["managed", "user", "project"];
  return order.flatMap((level) =>
    files
      .filter((file) => file.level === level && (isTrusted || runsUntrusted(file)))
      .flatMap(({ hooks }) => hooks),
  );
}

/** How a folder stands: nothing to trust, trusted as it is, changed since, or never looked at. */
export type TrustState = "nothing" | "trusted" | "changed" | "untrusted";

export function trustOf(
  { files, fingerprint }: LoadedHookFiles,
  trusted: { readonly fingerprint: string } | undefined,
): TrustState {
  if (trusted?.fingerprint === fingerprint) return "trusted";
  if (!files.some(({ level }) => level === "project")) return "nothing";
  return trusted === undefined ? "untrusted" : "changed";
}
