import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { HeddleError } from "../core/index.ts";
import {
  identify,
  isRunning,
  type ProcessIdentity,
  ProcessIdentitySchema,
} from "./process-identity.ts";

export interface Lock {
  release: () => void;
}

export type LockAttempt =
  | { readonly taken: true; readonly lock: Lock }
  | { readonly taken: false; readonly owner: ProcessIdentity };

/**
 * Takes a lock file, or tells which living process holds it. A lock whose owner is gone (also when its
 * process id now belongs to another program) is taken over.
 */
export function tryLock(path: string): LockAttempt {
  const self = identify(process.pid);
  if (self === undefined) {
    throw new HeddleError(
      "PROCESS_UNREADABLE",
      `Cannot read the start time of process ${process.pid}`,
      {
        hint: "Heddle needs /proc (Linux) or the `ps` command to tell a living stack from a dead one.",
      },
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    if (create(path, self))
      return {
        taken: true,
        lock: {
          release: () => {
            release(path, self);
          },
        },
      };
    const owner = readOwner(path);
    if (owner !== undefined && isRunning(owner)) return { taken: false, owner };
    discard(path, owner, self);
  }
}

/** The living process that holds a lock, if there is one. */
export function lockOwner(path: string): ProcessIdentity | undefined {
  const owner = readOwner(path);
  return owner !== undefined && isRunning(owner) ? owner : undefined;
}

/** A link appears complete or not at all, and fails when the name exists: no half-written lock can be seen. */
function create(path: string, self: ProcessIdentity): boolean {
  const draft = `${path}.${self.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentitySchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined; // unreadable or gone: nobody can prove that it owns this lock
  }
}

/**
 * Removes a stale lock. Another process may have taken it over since we looked, so it is first moved away and
 * looked at again; a living owner gets its lock back.
 */
function discard(path: string, stale: ProcessIdentity | undefined, self: ProcessIdentity): void {
  const aside = `${path}.stale.${self.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && moved.startedAt !== stale?.startedAt && isRunning(moved)) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
  }
  rmSync(aside, { force: true });
}

function release(path: string, self: ProcessIdentity): void {
  const owner = readOwner(path);
  if (owner?.pid === self.pid && owner.startedAt === self.startedAt) rmSync(path, { force: true });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
