import { spawn, type ChildProcessByStdio } from "node:child_process";
import { statSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

import { messageOf } from "../../core/index.ts";

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export type Launched =
  | { readonly ok: true; readonly child: Child; readonly groupId: number }
  | { readonly ok: false; readonly error: LaunchFailure };

export interface LaunchFailure {
  readonly reason: string;
  readonly notFound: boolean;
}

/**
 * Node's pipes are sockets, and a `bash -c` that finds a socket at its stdin and no shell around itself believes that it
 * was started by a remote login: it runs the user's ~/.bashrc first. One level of shell makes it an ordinary command.
 */
function withOuterShell(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Number(env["SHLVL"]) >= 1 ? env : { ...env, SHLVL: "1" };
}

/** Starts a program as the leader of its own process group, or says in words why it could not be started. */
export async function launch(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Launched> {
  const [program, ...args] = argv;
  if (program === undefined || program === "")
    return refused("The command is empty. Name a program.", false);
  if (!isFolder(cwd))
    return refused(`The working directory ${JSON.stringify(cwd)} does not exist.`, false);
  let child: Child;
  try {
    child = spawn(program, args, {
      cwd,
      env: withOuterShell(env),
      stdio: ["pipe", "pipe", "pipe"],
      // Its own process group, which one signal reaches as a whole.
      detached: true,
      windowsHide: true,
    });
  } catch (error) {
    return refused(explain(program, error), false);
  }
  const failure = await new Promise<unknown>((resolve) => {
    child.once("spawn", () => {
      resolve(undefined);
    });
    child.once("error", resolve);
  });
  // An error after the start can only be a signal that found nobody; unheard, it would end the worker.
  child.on("error", () => undefined);
  if (failure !== undefined)
    return refused(explain(program, failure), codeOf(failure) === "ENOENT");
  if (child.pid === undefined) return refused(`${program} started without a process id.`, false);
  return { ok: true, child, groupId: child.pid };
}

function refused(reason: string, notFound: boolean): Launched {
  return { ok: false, error: { reason, notFound } };
}

function explain(program: string, error: unknown): string {
  const name = JSON.stringify(program);
  switch (codeOf(error)) {
    case "ENOENT":
      return `The command ${name} was not found. Give a path, or a program on the worker's PATH.`;
    case "EACCES":
      return `The command ${name} may not be executed. Check its permissions (chmod +x).`;
    case "E2BIG":
      return `The arguments or environment of ${name} are too long (Linux allows 128 KiB per value). Pass large values through \`with\`, which arrives on stdin.`;
    default:
      return `The command ${name} could not be started: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing, or behind a folder that may not be read: either way nothing can run there.
    return false;
  }
}
