import { spawn } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { HeddleError, messageOf } from "../core/index.ts";
import {
  identify,
  isRunning,
  type ProcessIdentity,
  ProcessIdentitySchema,
} from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

export interface ChildOptions {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Output goes to a file, not a pipe: the child must not die of a broken pipe when the stack is killed. */
  readonly logFile: string;
  /** Where the child's identity is kept, so that the next start finds it even if this one is killed. */
  readonly recordFile: string;
  readonly stopSignal: NodeJS.Signals;
}

export interface Child {
  readonly identity: ProcessIdentity;
  /** Settles when the child ends, for whatever reason. */
  readonly exited: Promise<string>;
  readonly hasExited: () => boolean;
  readonly logTail: () => string;
  readonly stop: () => Promise<void>;
}

const STOP_GRACE_MS = 15_000;

/**
 * Starts a server in a process group of its own: a terminal's Ctrl-C goes to the foreground group, so it
 * reaches the server only through us, after the worker has finished with it.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  rotate(options.logFile);
  const log = openSync(options.logFile, "a");
  const [file, ...args] = options.command;
  const child = spawn(file, args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: options.env ?? process.env,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  closeSync(log);
  let ended: string | undefined;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
      resolve(ended);
    });
  });
  const identity = await launched(child, options);
  writeFileSync(options.recordFile, JSON.stringify(identity));
  return {
    identity,
    exited,
    hasExited: () => ended !== undefined,
    logTail: () => tailOf(options.logFile),
    stop: async () => {
      await stopProcess(identity, options.stopSignal);
      rmSync(options.recordFile, { force: true });
    },
  };
}

/** Ends what an earlier, killed stack has left behind. A process id that was used again is left alone. */
export async function stopOrphan(recordFile: string, signal: NodeJS.Signals): Promise<boolean> {
  const identity = readRecord(recordFile);
  const isOrphan = identity !== undefined && isRunning(identity);
  if (isOrphan) await stopProcess(identity, signal);
  rmSync(recordFile, { force: true });
  return isOrphan;
}

/** Asks a process to end, and ends its whole group by force when it does not. */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<void> {
  if (!isRunning(identity)) return;
  kill(identity.pid, signal);
  if (await hasEnded(identity, STOP_GRACE_MS)) return;
  kill(-identity.pid, "SIGKILL");
  if (await hasEnded(identity, STOP_GRACE_MS)) return;
  throw new HeddleError(
    "PROCESS_WILL_NOT_END",
    `Process ${identity.pid} did not end after SIGKILL`,
    {
      hint: `Look at it with \`ps -fp ${identity.pid}\` and end it yourself, then start again.`,
    },
  );
}

async function launched(
  child: ReturnType<typeof spawn>,
  { name, command }: ChildOptions,
): Promise<ProcessIdentity> {
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      reject(
        new HeddleError("CHILD_NOT_LAUNCHED", `Cannot run "${command[0]}": ${messageOf(cause)}`, {
          hint: `Check that the file exists and may be executed; it is needed to start ${name}.`,
          cause,
        }),
      );
    });
  });
  child.unref();
  // A child that has already ended has no start time any more; its exit is what the caller will look at.
  return identify(child.pid ?? 0) ?? { pid: child.pid ?? 0, startedAt: "ended" };
}

async function hasEnded(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const ended = await waitUntil(() => (isRunning(identity) ? undefined : true), { timeoutMs });
  return ended === true;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself between the look and the signal, which is what was wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function readRecord(recordFile: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentitySchema.safeParse(JSON.parse(readFileSync(recordFile, "utf8"))).data;
  } catch {
    return undefined; // no record, or one cut short by a crash: then nothing was recorded as started
  }
}

/** Keeps the log of one earlier start, so that the tail quoted in an error is of this one. */
function rotate(logFile: string): void {
  try {
    renameSync(logFile, `${dirname(logFile)}/previous-${basename(logFile)}`);
  } catch {
    // the first start has no log to keep
  }
}

function tailOf(logFile: string): string {
  try {
    return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  } catch {
    return "(no log)";
  }
}
