/** The command line as people use it: a process of its own, with its own folder and environment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { inject } from "vitest";

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly process: ChildProcess;
  readonly said: () => string;
  /** Resolves when stderr has shown the text; rejects when the process ends before. */
  readonly untilSaid: (text: string) => Promise<void>;
  readonly result: Promise<CliResult>;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<CliResult>;
}

export interface Cli {
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
  readonly runWith: (stdin: string, ...args: readonly string[]) => Promise<CliResult>;
  readonly start: (...args: readonly string[]) => CliProcess;
}

export function createCli(place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): Cli {
  const start = (stdin: string, args: readonly string[]): CliProcess => {
    const child = spawn(process.execPath, [inject("cliProgram"), ...args], { ...place });
    child.stdin.end(stdin);
    return follow(child);
  };
  return {
    run: (...args) => start("", args).result,
    runWith: (stdin, ...args) => start(stdin, args).result,
    start: (...args) => start("", args),
  };
}

function follow(child: ReturnType<typeof spawn>): CliProcess {
  const written = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  const listen = (name: "stdout" | "stderr"): void => {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      for (const listener of listeners) listener();
    });
  };
  listen("stdout");
  listen("stderr");
  const result = (async (): Promise<CliResult> => {
    await once(child, "close");
    for (const listener of listeners) listener();
    return { exitCode: child.exitCode, ...written };
  })();
  return {
    process: child,
    said: () => written.stderr,
    result,
    untilSaid: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (written.stderr.includes(text)) resolve();
          else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`ended before it said "${text}":\n${written.stderr}`));
          } else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return result;
    },
  };
}
