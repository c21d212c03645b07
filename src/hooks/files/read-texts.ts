import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";

import { isJsonObject, messageOf, type JsonValue } from "../../core/index.ts";
import { readIntegration } from "../importers/claude/index.ts";
import { managedFolder, placesOf, type HookFilePlace, type HookFolders } from "./places.ts";

/** A file as it was when it was read, or why it could not be. */
export interface HookFileText extends HookFilePlace {
  readonly text: string;
  readonly unreadable?: string;
}

/** Larger files are no configuration. */
const LARGEST_BYTES = 4 * 1024 * 1024;

/** Reads every hook file there is, in merge order. One that is there and cannot be read is told, never passed over. */
export async function readTexts(folders: HookFolders): Promise<readonly HookFileText[]> {
  const places = [...placesOf(folders)];
  const managed = await managedPlaces(folders.managedRoot);
  // Further managed settings follow the first managed ones.
  const firstOther = places.findIndex(({ level }) => level !== "managed");
  places.splice(firstOther, 0, ...managed);
  const read = await Promise.all(places.map(readOne));
  const found = read.filter((file) => file !== undefined);
  const known = new Set(found.map(({ path }) => path));
  const shared = sharedPlaces(found, folders.workspace).filter(({ path }) => !known.has(path));
  const more = await Promise.all(shared.map(readShared));
  return [...found, ...more.filter((file) => file !== undefined)];
}

/** A file that settings name under `integration.shared_hooks_path`. */
export interface SharedFile {
  readonly path: string;
  /** A repository must not have any other file of this machine looked at. */
  readonly isInside: boolean;
}

type SharedPlace = HookFilePlace & SharedFile;

/** The file whose hooks belong to these settings as well; what that one names is not followed. */
export function findSharedFile(settings: JsonValue, workspace: string): SharedFile | undefined {
  const block = isJsonObject(settings) ? settings["integration"] : undefined;
  const given = readIntegration(block)?.sharedPath;
  if (given === undefined) return undefined;
  const path = resolve(workspace, given);
  const inside = relative(workspace, path);
  return { path, isInside: !inside.startsWith("..") && !isAbsolute(inside) };
}

function sharedPlaces(files: readonly HookFileText[], workspace: string): readonly SharedPlace[] {
  const named = files
    .filter(({ level, format }) => level === "project" && format === "claude")
    .map(({ text }) => sharedFileOf(text, workspace))
    .filter((file) => file !== undefined);
  const once = new Map(named.map((file) => [file.path, file]));
  return [...once.values()].map((file) => ({ ...file, level: "project", format: "claude" }));
}

function sharedFileOf(text: string, workspace: string): SharedFile | undefined {
  try {
    return findSharedFile(JSON.parse(text) as JsonValue, workspace); // as: JSON is all that JSON.parse gives
  } catch {
    // Whoever reads its hooks says that it is no JSON.
    return undefined;
  }
}

async function readShared({ isInside, ...place }: SharedPlace): Promise<HookFileText | undefined> {
  return isInside
    ? readOne(place)
    : { ...place, text: "", unreadable: "shared_hooks_path leads out of the project" };
}

async function managedPlaces(managedRoot: string | undefined): Promise<readonly HookFilePlace[]> {
  if (managedRoot === undefined) return [];
  const folder = managedFolder(managedRoot);
  const names = await readdir(folder).catch(() => []); // a folder that is not there has no files
  return names
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .sort()
    .map((name) => ({ path: join(folder, name), level: "managed", format: "claude" }));
}

async function readOne(place: HookFilePlace): Promise<HookFileText | undefined> {
  try {
    const bytes = await readFile(place.path);
    if (bytes.byteLength > LARGEST_BYTES)
      return { ...place, text: "", unreadable: `it has ${String(bytes.byteLength)} bytes` };
    return { ...place, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && ABSENT.has(String(error.code));
    return isAbsent ? undefined : { ...place, text: "", unreadable: messageOf(error) };
  }
}

const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);
