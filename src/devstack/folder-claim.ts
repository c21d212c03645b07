import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { HeddleError } from "../core/index.ts";
import { lockOwner, tryLock } from "./lock.ts";

/** Takes the folder for this process, so that two stacks cannot work on the same files; returns how to give it back. */
export function claimFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const attempt = tryLock(lockFile(dataDir));
  if (attempt.taken) return attempt.lock.release;
  const { pid } = attempt.owner;
  throw new HeddleError("STACK_RUNNING", `A dev stack already runs on ${dataDir}: process ${pid}`, {
    hint: `Use that one, end it (kill ${pid}), or start a second one on a folder of its own with HEDDLE_DATA_DIR.`,
    details: { pid },
  });
}

/** The process whose stack has this folder; undefined when none lives, whatever files it may have left. */
export function findStackOwner(dataDir: string): number | undefined {
  return lockOwner(lockFile(resolve(dataDir)))?.pid;
}

function lockFile(dataDir: string): string {
  return join(dataDir, "stack.lock");
}
