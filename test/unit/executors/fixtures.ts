import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { onTestFinished } from "vitest";

import {
  commandEnvironment,
  createFunctionRegistry,
  type CommandSpec,
  type HandlerContext,
  type HandlerDefinition,
} from "../../../src/hooks/executors/index.ts";

/** A folder of the test's own, gone afterwards. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "heddle-unit-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function commandSpec(
  command: string | readonly string[],
  more: Partial<CommandSpec> = {},
): CommandSpec {
  return { command, cwd: freshFolder(), env: commandEnvironment(process.env), ...more };
}

export async function handlerContext(
  more: Partial<HandlerContext> = {},
  definitions: readonly HandlerDefinition[] = [],
): Promise<HandlerContext> {
  const cwd = more.cwd ?? freshFolder();
  return {
    cwd,
    env: commandEnvironment(process.env),
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    functions: await createFunctionRegistry({
      definitions,
      importModule: (path) => import(path),
    }),
    secret: () => undefined,
    facts: { attempt: 1, workspace: cwd },
    ...more,
  };
}

/** Waits for a condition; the test's own timeout ends a wait that is in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** What a process writes into a file, once it has. */
export async function readWhenWritten(file: string): Promise<string> {
  const read = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
  await until(() => read() !== "");
  return read();
}

/** Whether a process with this text in its command line runs, for processes that cannot tell their id. */
export function isRunning(text: string): boolean {
  return execFileSync("ps", ["-A", "-o", "args"], { encoding: "utf8" }).includes(text);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
