import { join } from "node:path";

/** Who stands behind a file: the organisation, the user, or whoever wrote the workspace. */
export type Level = "managed" | "user" | "project";

/** A file that may hold hooks. */
export interface HookFilePlace {
  readonly path: string;
  readonly level: Level;
  /** Heddle's own registrations, or Claude Code's settings. */
  readonly format: "heddle" | "claude";
}

export interface HookFolders {
  /** The folder whose project files are meant. */
  readonly workspace: string;
  /** The user's home; without one there are no user files. */
  readonly home?: string;
  /** The root under which the organisation's `heddle` and `claude-code` folders lie. */
  readonly managedRoot?: string;
}

const OWN = ["hooks.yaml", "hooks.yml", "hooks.json"];

/** Every place that is looked at, in merge order; `managed-settings.d` is listed by the reader. */
export function placesOf({ workspace, home, managedRoot }: HookFolders): readonly HookFilePlace[] {
  return [
    ...(managedRoot === undefined
      ? []
      : [
          ...heddle("managed", join(managedRoot, "heddle")),
          claude("managed", join(managedRoot, "claude-code", "managed-settings.json")),
        ]),
    ...(home === undefined
      ? []
      : [
          ...heddle("user", join(home, ".heddle")),
          claude("user", join(home, ".claude", "settings.json")),
        ]),
    ...heddle("project", join(workspace, ".heddle")),
    claude("project", join(workspace, ".claude", "settings.json")),
    claude("project", join(workspace, ".claude", "settings.local.json")),
    // Not files of Claude Code itself, but what older tools wrote for it.
    claude("project", join(workspace, ".claude", "hooks.json")),
    claude("project", join(workspace, ".task_orchestrator", "hooks.json")),
  ];
}

/** The folder of further managed settings. */
export function managedFolder(managedRoot: string): string {
  return join(managedRoot, "claude-code", "managed-settings.d");
}

function heddle(level: Level, folder: string): readonly HookFilePlace[] {
  return OWN.map((name) => ({ path: join(folder, name), level, format: "heddle" }));
}

function claude(level: Level, path: string): HookFilePlace {
  return { path, level, format: "claude" };
}
