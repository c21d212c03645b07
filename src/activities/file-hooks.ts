import { realpath } from "node:fs/promises";

import { parseHookCondition, type Hook } from "../hooks/index.ts";
import {
  loadHookFiles,
  permittedHooks,
  trustOf,
  type LoadedHookFiles,
  type TrustState,
} from "../hooks/files/index.ts";
import type { ActivityDeps } from "./deps.ts";

export interface FileHooks {
  readonly hooks: readonly Hook[];
  /** What whoever looks at the run should know: files that were not used, entries that are wrong. */
  readonly notices: readonly string[];
}

/**
 * The hooks of files that concern a run's folder, as they are now: what is changed later counts from the next run on. A
 * project's files are used only as long as they are what somebody trusted.
 * @param isOwn - a folder that Heddle made: no checkout whose code the user's own hooks could meet
 */
export async function fileHooks(
  workspace: string,
  { registry, settings, log }: Pick<ActivityDeps, "registry" | "settings" | "log">,
  isOwn = false,
): Promise<FileHooks> {
  if (settings.hookFiles === undefined) return { hooks: [], notices: [] };
  const folder = await realpath(workspace);
  const loaded = await loadHookFiles(
    { workspace: folder, ...settings.hookFiles },
    parseHookCondition,
  );
  if (loaded.files.length === 0) return { hooks: [], notices: [] };
  const state = trustOf(loaded, await registry.findTrustedFolder(folder));
  const notices = describe(loaded, state, folder);
  for (const notice of notices) log.warn({ folder }, notice);
  return {
    hooks: permittedHooks(loaded, state === "trusted" || (isOwn && state === "nothing")),
    notices,
  };
}

function describe(
  { files }: LoadedHookFiles,
  state: TrustState,
  folder: string,
): readonly string[] {
  const project = files.filter(({ level }) => level === "project");
  const broken = files
    .filter(({ level }) => level !== "project" || state === "trusted")
    .flatMap(({ path, problems }) => problems.map((problem) => `${path}: ${problem}`));
  if (state !== "changed" && state !== "untrusted") return broken;
  const count = project.reduce((sum, { hooks }) => sum + hooks.length, 0);
  const why =
    state === "changed" ? "they or their scripts changed since" : "nobody has trusted this folder";
  const names = project.map(({ path }) => path.slice(folder.length + 1)).join(", ");
  return [
    ...broken,
    `${String(count)} hooks of ${names} do not run: ${why}. Look at them, then: heddle hook trust ${folder}`,
  ];
}
