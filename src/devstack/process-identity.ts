import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { z } from "zod";

/**
 * A process named so that it cannot be mistaken for a later one: process ids are used again, above all
 * in containers, but never with the same start time.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export const ProcessIdentitySchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string(),
});

/** The identity of a running process, or undefined when no process has this id. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === "linux" ? startFromProc(pid) : askPs(pid, "lstart=");
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The command line of a running process; the empty string when there is none. */
export function commandLineOf(pid: number): string {
  if (process.platform !== "linux") return askPs(pid, "command=") ?? "";
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return ""; // the process has ended
  }
}

function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name is in parentheses and may itself hold spaces: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === "Z" || state === "X" || startTicks === undefined) return undefined;
    // Ticks count from boot, so a reboot must change the identity too.
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${startTicks}`;
  } catch {
    return undefined; // the process has ended
  }
}

function askPs(pid: number, column: string): string | undefined {
  try {
    const answer = execFileSync("ps", ["-o", column, "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return answer === "" ? undefined : answer;
  } catch {
    return undefined; // ps exits 1 when there is no such process
  }
}
