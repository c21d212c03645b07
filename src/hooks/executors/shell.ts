import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { err, ok, type Result } from "../../core/index.ts";

/** `none` is the strict mode: no shell reads any command, and what only a shell would understand is refused. */
export type ShellChoice = "auto" | "bash" | "sh" | "none";

/** A command as words, and which shell reads them when one does. */
export interface CommandArgv {
  readonly argv: readonly string[];
  readonly shell?: "bash" | "sh";
}

/** Turns a command into the words that start a process, or says why it is refused. */
export function commandArgv(
  command: string | readonly string[],
  choice: ShellChoice,
  path: string | undefined,
): Result<CommandArgv, string> {
  if (choice === "none") return strictArgv(command);
  if (typeof command !== "string") return ok({ argv: command });
  const shell = chooseShell(choice, path);
  return ok({ argv: [shell, "-c", command], shell });
}

/** What a shell would do something with; quotes only group words. */
const SHELL_SYNTAX = /[;&|<>$`(){}\\\n\r*?[\]~#!]/;
const WORDS = /"([^"]*)"|'([^']*)'|([^\s"']+)/g;

function strictArgv(command: string | readonly string[]): Result<CommandArgv, string> {
  if (typeof command === "string") {
    const syntax = SHELL_SYNTAX.exec(command)?.[0];
    if (syntax !== undefined)
      return err(
        `The command ${JSON.stringify(clip(command))} was refused: this worker runs no shell, and ${JSON.stringify(syntax)} means something to a shell only. ` +
          'Write the command as a list of words, or name the shell openly: ["bash", "-c", "..."].',
      );
  }
  const argv =
    typeof command === "string"
      ? [...command.matchAll(WORDS)].map(
          ([, double, single, bare]) => double ?? single ?? bare ?? "",
        )
      : command;
  const outside = argv.find((word) => /(?:^|[/=])\.\.(?:\/|$)/.test(word));
  return outside === undefined
    ? ok({ argv })
    : err(
        `The command was refused: ${JSON.stringify(clip(outside))} leads out of its folder, which this worker does not allow. Give an absolute path.`,
      );
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/**
 * The shell that runs a command written as one string. bash where there is one: under dash, bash-only syntax ends with
 * exit code 2, which a hook's exit code 2 must not be confused with, and its `echo` rewrites `\n` inside JSON.
 */
function chooseShell(choice: "auto" | "bash" | "sh", path: string | undefined): "bash" | "sh" {
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
