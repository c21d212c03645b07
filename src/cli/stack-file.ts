import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

const StackFileSchema = z.object({
  pid: z.number().int(),
  temporalAddress: z.string(),
  namespace: z.string(),
  databaseUrl: z.string(),
  taskQueue: z.string(),
  webUrl: z.string(),
});

/** Where a running `heddle dev` can be reached: other commands on this machine find it by this file. */
export type RunningStack = z.infer<typeof StackFileSchema>;

export async function writeStackFile(dataDir: string, stack: RunningStack): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  // The database's password is in it.
  await writeFile(fileOf(dataDir), JSON.stringify(stack, undefined, 2), { mode: 0o600 });
}

export async function removeStackFile(dataDir: string): Promise<void> {
  await rm(fileOf(dataDir), { force: true });
}

/** The stack that runs on this folder, or undefined: none was started, or it died without removing its file. */
export async function readStackFile(dataDir: string): Promise<RunningStack | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(dataDir), "utf8");
  } catch {
    return undefined; // no file, no stack: the caller says how to start one
  }
  const parsed = StackFileSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  // Loaded late: commands outside a folder with a stack do not need it.
  const { findStackOwner } = await import("../devstack/index.ts");
  return findStackOwner(dataDir) === parsed.data.pid ? parsed.data : undefined;
}

function fileOf(dataDir: string): string {
  return join(dataDir, "stack.json");
}

/** A half-written file reads as no file: its writer is still starting. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
