import { constants } from "node:os";
import type { Writable } from "node:stream";

import { timerMs } from "../../core/index.ts";
import type { CommandOutput, CommandResult } from "./command-result.ts";
import { launch, type Child, type LaunchFailure } from "./launch.ts";
import { captureOutput, type CapturedText } from "./output-capture.ts";
import { untilRead, within } from "./output-end.ts";
import { signalGroup, terminateGroup } from "./process-group.ts";
import { commandArgv, isShellLaunchFailure, type ShellChoice } from "./shell.ts";

export interface CommandSpec {
  /** argv, or one string for a shell. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  /** The whole environment of the process; see `commandEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to stdin, then closed. Without it stdin is empty. */
  readonly stdin?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** @default "auto": bash where there is one, else sh */
  readonly shell?: ShellChoice;
  /** Between TERM and KILL. @default 2000 */
  readonly killGraceMs?: number;
  /** How long the output may stay open after the process itself ended. @default 250 */
  readonly eofGraceMs?: number;
  /** Kept of each stream. @default 1 MiB */
  readonly outputLimitBytes?: number;
}

const OUTPUT_LIMIT_BYTES = 1024 * 1024;
const KILL_GRACE_MS = 2000;
const EOF_GRACE_MS = 250;
/** After KILL only the kernel is asked; a process stuck inside it must not hold the worker. */
const KILLED_GRACE_MS = 1000;
const NOTHING: CapturedText = { text: "", bytes: 0, cutBytes: 0, invalidUtf8: false };

type Ending = "exit" | "timedOut" | "cancelled";

/**
 * Runs one command to its end and never throws: every ending is a result.
 *
 * The process leads its own group, so that a timeout or a cancellation reaches its children too. Two limits: a process
 * that leaves the group (`setsid`) is not followed, and when the worker itself is killed with SIGKILL the group lives
 * on as orphans, because no portable system call ties a child's life to its parent's.
 *
 * node:child_process rather than execa: output beyond the cap must be drained and dropped while the process goes on,
 * signals must go to the group, and a grandchild that holds the output open must not be waited for.
 */
export async function runCommand(spec: CommandSpec): Promise<CommandResult> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (spec.signal?.aborted === true)
    return { kind: "cancelled", stdout: NOTHING, stderr: NOTHING, ms: 0 };

  const words = commandArgv(spec.command, spec.shell ?? "auto", spec.env["PATH"]);
  if (!words.ok) return notStarted({ reason: words.error, notFound: false, refused: true }, 0);
  const { argv, shell } = words.value;
  const launched = await launch(argv, spec.cwd, spec.env);
  if (!launched.ok) return notStarted(launched.error, elapsed());

  const limit = spec.outputLimitBytes ?? OUTPUT_LIMIT_BYTES;
  const stdout = captureOutput(launched.child.stdout, limit);
  const stderr = captureOutput(launched.child.stderr, limit);
  const { ending, leftovers } = await follow(launched, spec);
  const output = { stdout: stdout.read(), stderr: stderr.read(), ms: elapsed() };
  if (ending === "timedOut") return { kind: "timedOut", timeoutMs: spec.timeoutMs ?? 0, ...output };
  if (ending === "cancelled") return { kind: "cancelled", ...output };
  return describeExit(launched.child, shell, output, leftovers);
}

function notStarted(error: LaunchFailure & { readonly refused?: true }, ms: number): CommandResult {
  return { kind: "notStarted", ...error, stdout: NOTHING, stderr: NOTHING, ms };
}

/** Feeds the process and stays with it until it, or what must end it, has ended. */
async function follow(
  { child, groupId }: { readonly child: Child; readonly groupId: number },
  spec: CommandSpec,
): Promise<{ readonly ending: Ending; readonly leftovers: boolean }> {
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  feed(child.stdin, spec.stdin);
  const ending = await firstEnding(exited, spec);
  if (ending !== "exit") {
    await terminateGroup(groupId, spec.killGraceMs ?? KILL_GRACE_MS);
    await within(exited, KILLED_GRACE_MS);
  }
  const streams = [child.stdout, child.stderr];
  const leftovers = !(await untilRead(streams, spec.eofGraceMs ?? EOF_GRACE_MS));
  if (leftovers) {
    signalGroup(groupId, "SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
  }
  child.stdin.destroy();
  return { ending, leftovers };
}

/** A command that does not read its input closes the pipe early: that is its right, so write errors are dropped. */
function feed(stdin: Writable, text: string | undefined): void {
  stdin.on("error", () => undefined);
  stdin.end(text ?? "");
}

async function firstEnding(exited: Promise<void>, spec: CommandSpec): Promise<Ending> {
  const { timeoutMs, signal } = spec;
  const cleanUp: (() => void)[] = [];
  const endings: Promise<Ending>[] = [exited.then(() => "exit" as const)];
  if (timeoutMs !== undefined)
    endings.push(
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          resolve("timedOut");
        }, timerMs(timeoutMs));
        cleanUp.push(() => {
          clearTimeout(timer);
        });
      }),
    );
  if (signal !== undefined)
    endings.push(
      new Promise((resolve) => {
        const onAbort = (): void => {
          resolve("cancelled");
        };
        signal.addEventListener("abort", onAbort, { once: true });
        cleanUp.push(() => {
          signal.removeEventListener("abort", onAbort);
        });
        // It may have fired while the process was being started.
        if (signal.aborted) onAbort();
      }),
    );
  try {
    return await Promise.race(endings);
  } finally {
    for (const undo of cleanUp) undo();
  }
}

function describeExit(
  child: Child,
  shell: string | undefined,
  output: CommandOutput,
  leftovers: boolean,
): CommandResult {
  const signal = child.signalCode;
  const exitCode = child.exitCode ?? (signal === null ? 1 : 128 + constants.signals[signal]);
  if (shell !== undefined && isShellLaunchFailure(shell, exitCode, output.stderr.text))
    return {
      kind: "notStarted",
      reason: output.stderr.text.trim().slice(0, 2000),
      notFound: exitCode === 127,
      exitCode,
      ...output,
    };
  return { kind: "exited", exitCode, ...(signal === null ? {} : { signal }), leftovers, ...output };
}
