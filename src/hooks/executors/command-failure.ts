import { formatDuration, type ErrorInfo, type FailureType } from "../../core/index.ts";
import type { CommandResult } from "./command-result.ts";

/** How much of each stream a failure carries: it stays in Temporal's history with every attempt. */
const TAIL_CHARACTERS = 2000;

/** The failure of a command that did not end well; undefined for exit code 0 and for a cancelled command. */
export function describeCommandFailure(result: CommandResult): ErrorInfo | undefined {
  switch (result.kind) {
    case "notStarted":
      return failure(typeOfLaunch(result), result.reason, {
        ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      });
    case "timedOut":
      return failure(
        "TimedOut",
        `The command hit its timeout of ${formatDuration(result.timeoutMs)} and was killed.`,
        { timeoutMs: result.timeoutMs, ...tails(result) },
      );
    case "cancelled":
      return undefined;
    case "exited":
      return result.exitCode === 0 ? undefined : describeExit(result);
  }
}

function typeOfLaunch({
  refused,
  notFound,
}: Extract<CommandResult, { kind: "notStarted" }>): FailureType {
  if (refused === true) return "CommandRefused";
  return notFound ? "CommandNotFound" : "CommandNotStarted";
}

function describeExit(result: Extract<CommandResult, { kind: "exited" }>): ErrorInfo {
  const { exitCode, signal } = result;
  if (signal !== undefined)
    return failure("CommandKilled", `The command was ended by ${signal}.`, {
      exitCode,
      signal,
      ...tails(result),
    });
  const why = lastLine(result.stderr.text) || lastLine(result.stdout.text);
  const message = `The command ended with exit code ${String(exitCode)}${why === "" ? "." : `: ${why}`}`;
  return failure("CommandFailed", message, { exitCode, ...tails(result) });
}

function failure(
  type: FailureType,
  message: string,
  details: Readonly<Record<string, string | number>>,
): ErrorInfo {
  return { type, message, details };
}

function tails(result: CommandResult): { readonly stdout: string; readonly stderr: string } {
  return { stdout: tail(result.stdout.text), stderr: tail(result.stderr.text) };
}

function tail(text: string): string {
  if (text.length <= TAIL_CHARACTERS) return text;
  return `[...] ${text.slice(-TAIL_CHARACTERS)}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.trim().slice(0, 500) ?? "";
}
