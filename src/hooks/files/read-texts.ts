import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../../core/index.ts";
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
  const more = await managedPlaces(folders.managedRoot);
  // Further managed settings follow the first managed ones.
  const firstOther = places.findIndex(({ level }) => level !== "managed");
  places.splice(firstOther, 0, ...more);
  const read = await Promise.all(places.map(readOne));
  return read.filter((file) => file !== undefined);
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
