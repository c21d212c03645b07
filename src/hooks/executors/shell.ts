import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export type ShellChoice = "auto" | "bash" | "sh";

/**
 * The shell that runs a command written as one string. bash where there is one: under dash, bash-only syntax ends with
 * exit code 2, which a hook's exit code 2 must not be confused with, and its `echo` rewrites `\n` inside JSON.
 */
export function chooseShell(choice: ShellChoice, path: string | undefined): "bash" | "sh" {
  if (choice !== "auto") return choice;
  return isOnPath("bash", path ?? "") ? "bash" : "sh";
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== "" && isExecutable(join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there or not ours to run: for the search both mean "not here".
    return false;
  }
}

/**
 * Whether a shell's 126 or 127 is its own complaint that the command could not be started, as opposed to the exit code
 * of a command that ran. The shell prefixes its own messages with its name in every language.
 */
export function isShellLaunchFailure(shell: string, exitCode: number, stderr: string): boolean {
  if (exitCode !== 126 && exitCode !== 127) return false;
  return stderr.split("\n").some((line) => line.startsWith(`${shell}: `));
}
