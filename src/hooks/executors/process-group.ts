import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 15;

/** Sends a signal to every process of a group. A group that is gone already is no error. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether any process of the group is left. */
export function groupExists(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

/** TERM to the whole group, and KILL to what is left of it after the grace. Resolves once the signals did their work. */
export async function terminateGroup(groupId: number, graceMs: number): Promise<void> {
  signalGroup(groupId, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (groupExists(groupId)) {
    if (performance.now() >= deadline) {
      signalGroup(groupId, "SIGKILL");
      return;
    }
    await delay(POLL_MS);
  }
}

function isGone(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  // macOS answers EPERM for a group whose only members are zombies.
  return error.code === "ESRCH" || (error.code === "EPERM" && process.platform === "darwin");
}
