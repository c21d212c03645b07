import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { HeddleError } from "../core/index.ts";
import { lockOwner, tryLock } from "./lock.ts";

export interface StackAddresses {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Undefined when the Temporal server is not ours: then its Web UI is not known. */
  readonly uiUrl: string | undefined;
}

const AddressesSchema = z.object({
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  namespace: z.string(),
  uiUrl: z.string().optional(),
});

/** Takes the folder for this process, so that two stacks cannot work on the same files; returns how to give it back. */
export function claimFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const attempt = tryLock(lockFile(dataDir));
  if (!attempt.taken) {
    const { pid } = attempt.owner;
    throw new HeddleError(
      "STACK_RUNNING",
      `A dev stack already runs on ${dataDir}: process ${pid}`,
      {
        hint: `Use that one, end it (kill ${pid}), or start a second one on a folder of its own with HEDDLE_DATA_DIR.`,
      },
    );
  }
  rmSync(addressFile(dataDir), { force: true }); // an earlier stack's, which was killed
  return attempt.lock.release;
}

/** Lets other programs on this machine find the stack; returns how to take that back. */
export function announceStack(dataDir: string, addresses: StackAddresses): () => void {
  // Only its owner may read it: the database URL holds a password.
  writeFileSync(addressFile(dataDir), JSON.stringify(addresses), { mode: 0o600 });
  return () => {
    rmSync(addressFile(dataDir), { force: true });
  };
}

/** The addresses of the stack that runs on a folder now, and its process. */
export function findRunningStack(
  dataDir: string,
): (StackAddresses & { readonly pid: number }) | undefined {
  const owner = lockOwner(lockFile(resolve(dataDir)));
  if (owner === undefined) return undefined;
  try {
    const addresses = AddressesSchema.parse(
      JSON.parse(readFileSync(addressFile(resolve(dataDir)), "utf8")),
    );
    return { ...addresses, uiUrl: addresses.uiUrl, pid: owner.pid };
  } catch {
    return undefined; // it is still starting: its addresses are not known yet
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, "stack.lock");
}

function addressFile(dataDir: string): string {
  return join(dataDir, "stack.json");
}
