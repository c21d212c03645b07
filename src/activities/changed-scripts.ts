import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";

import type { ErrorInfo } from "../core/index.ts";
import { hasEffect, outcomeOfFailure, type Hook, type HookEvent } from "../hooks/index.ts";
import type { Decided } from "./hook-decision.ts";

/** Digests of files by path, each valid as long as the file's own facts stay the same. */
const known = new Map<string, { readonly facts: string; readonly digest: string }>();
const MOST_KNOWN = 1000;

/**
 * What a hook of a project's files comes to when its scripts are not what they were when the run began, and that is what
 * somebody trusted: it does not run, and it refuses what it would have looked at. Whoever can change a guard's script
 * while a run goes on could otherwise switch the guard off, or have any program started.
 */
export async function refuseChanged(
  hook: Hook,
  event: HookEvent,
  folder: string,
): Promise<Decided | undefined> {
  for (const [path, digest] of Object.entries(hook.scripts ?? {})) {
    const now = await digestOf(resolve(folder, path));
    if (now === digest) continue;
    const how = now === undefined ? "is gone" : "changed";
    const error: ErrorInfo = {
      type: "HookChanged",
      message:
        `The script ${path} of the hook "${hook.name}" ${how} since the run began, so the hook does not run. ` +
        `Look at it, then: heddle hook trust ${folder}, and start the run again.`,
      details: { hook: hook.name, script: path },
    };
    const refuses = hook.onError === "open" && hasEffect(event.point, "cancel");
    const outcome = outcomeOfFailure(refuses ? { ...hook, onError: "closed" } : hook, error);
    return { status: "failed", outcome, error };
  }
  return undefined;
}

async function digestOf(path: string): Promise<string | undefined> {
  try {
    // The time of the last change of its facts cannot be set back like that of its content.
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    const facts = [mtimeMs, ctimeMs, size, ino].join("/");
    const before = known.get(path);
    if (before?.facts === facts) return before.digest;
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(path, { facts, digest });
    return digest;
  } catch {
    // Not there, or not readable: either way it is not what it was.
    return undefined;
  }
}
