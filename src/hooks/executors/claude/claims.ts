import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A claim older than this is nobody's any more, whatever it says. */
const MAX_AGE_MS = 3_600_000;
/** More dead owners than this for one event is a broken disk, not a race. */
const MAX_GENERATIONS = 100;

/** Lets exactly one of several processes run a handler for an event. */
export interface Claims {
  /** True for the process that may run it; call `done` afterwards. */
  take(key: string): Promise<boolean>;
  done(key: string): Promise<void>;
}

/**
 * Claims are files that only their first writer can create. An owner that died before it was done leaves a stale claim;
 * the next generation's file is then raced for, so that taking over is as exclusive as the first claim was.
 */
export function createClaims(folder: string): Claims {
  const owned = new Map<string, string>();
  return {
    async take(key) {
      await mkdir(folder, { recursive: true });
      const name = createHash("sha256").update(key).digest("hex").slice(0, 32);
      for (let generation = 0; generation < MAX_GENERATIONS; generation += 1) {
        const path = join(folder, `${name}.${generation}`);
        if (await create(path, describe(false))) {
          owned.set(key, path);
          return true;
        }
        if (!(await isStale(path))) return false;
      }
      return false;
    },
    async done(key) {
      const path = owned.get(key);
      if (path !== undefined) await writeFile(path, describe(true));
    },
  };
}

function describe(isDone: boolean): string {
  return JSON.stringify({ pid: process.pid, at: Date.now(), isDone });
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const claim = parse(await readFile(path, "utf8"));
  // Being written at this very moment: somebody alive owns it.
  if (claim === undefined) return false;
  const { pid, at, isDone } = claim;
  if (Date.now() - at > MAX_AGE_MS) return true;
  return !isDone && !isAlive(pid);
}

function parse(
  text: string,
): { readonly pid: number; readonly at: number; readonly isDone: boolean } | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>; // as: only fields that are tested are used
    const { pid, at, isDone } = value;
    return typeof pid === "number" && typeof at === "number"
      ? { pid, at, isDone: isDone === true }
      : undefined;
  } catch {
    // Half written.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
