import { randomUUID } from "node:crypto";

import {
  isJsonObject,
  type ErrorInfo,
  type FailureType,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import { launch, type Child, type LaunchFailure } from "../launch.ts";
import { captureOutput } from "../output-capture.ts";
import { signalGroup, terminateGroup } from "../process-group.ts";
import { readLines } from "./lines.ts";

/** How a warm process is started. */
export interface WarmSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Between TERM and KILL. */
  readonly killGraceMs: number;
  /** Longest answer. */
  readonly lineLimitBytes: number;
}

export type WarmAnswer =
  | { readonly kind: "answered"; readonly output: JsonValue }
  | { readonly kind: "failed"; readonly error: ErrorInfo }
  | { readonly kind: "timedOut"; readonly stderr: string }
  | { readonly kind: "cancelled" };

/** One process that answers one request after another. */
export interface WarmProcess {
  /** False once it has ended or was killed: it must not be asked again. */
  isAlive(): boolean;
  ask(request: JsonObject, timeoutMs: number, signal: AbortSignal): Promise<WarmAnswer>;
  /** Closes its input, then signals; resolves when its whole group is gone. */
  end(): Promise<void>;
}

export type StartedProcess =
  | { readonly ok: true; readonly process: WarmProcess }
  | { readonly ok: false; readonly error: LaunchFailure };

const STDERR_BYTES = 16 * 1024;
const STDERR_SHOWN = 2000;
/** How long a process may take to end once its input is closed. */
const END_GRACE_MS = 500;
/** How long what it wrote may take to arrive after it ended. */
const DRAIN_MS = 250;

/** Starts a program that reads one request per line and answers each with one line. */
export async function startWarmProcess(spec: WarmSpec): Promise<StartedProcess> {
  const launched = await launch(spec.argv, spec.cwd, spec.env);
  if (!launched.ok) return launched;
  return { ok: true, process: superviseProcess(launched.child, launched.groupId, spec) };
}

interface Pending {
  readonly id: string;
  readonly settle: (answer: WarmAnswer) => void;
}

function superviseProcess(child: Child, groupId: number, spec: WarmSpec): WarmProcess {
  let pending: Pending | undefined;
  let isDead = false;
  let ending: Promise<void> | undefined;
  const stderr = captureOutput(child.stderr, STDERR_BYTES);
  const saidLast = (): string => stderr.read().text.trim().slice(-STDERR_SHOWN);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      isDead = true;
      resolve();
    });
  });
  const settle = (answer: WarmAnswer): void => {
    const { settle: answerTo } = pending ?? {};
    pending = undefined;
    answerTo?.(answer);
  };
  const kill = (): Promise<void> => {
    isDead = true;
    ending ??= terminateGroup(groupId, spec.killGraceMs).then(() => {
      child.stdin.destroy();
    });
    return ending;
  };
  /** What breaks the protocol once cannot be trusted with the next request. */
  const breakOff = (type: FailureType, message: string): void => {
    const said = saidLast();
    settle(failed(type, message, said === "" ? {} : { stderr: said }));
    void kill();
  };
  child.stdin.on("error", () => {
    breakOff("CommandFailed", "The persistent command closed its input.");
  });
  readLines(child.stdout, spec.lineLimitBytes, (line) => {
    if (line === undefined)
      breakOff(
        "OutputTooLarge",
        `The persistent command wrote a line longer than ${String(spec.lineLimitBytes)} bytes.`,
      );
    else if (pending !== undefined) readAnswer(line, pending.id, settle, breakOff);
  });
  void exited.then(async () => {
    await drained(child);
    // What it left behind in its group goes with it.
    signalGroup(groupId, "SIGKILL");
    const said = saidLast();
    settle(
      failed(
        "CommandFailed",
        `The persistent command ended (${describeExit(child)}) before it answered.`,
        said === "" ? {} : { stderr: said },
      ),
    );
  });
  return {
    isAlive: () => !isDead,
    async ask(request, timeoutMs, signal) {
      const id = randomUUID();
      const timeout = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
      const stop = AbortSignal.any([signal, timeout]);
      const onStop = (): void => {
        settle(signal.aborted ? { kind: "cancelled" } : { kind: "timedOut", stderr: saidLast() });
        void kill();
      };
      const answer = new Promise<WarmAnswer>((resolve) => {
        pending = { id, settle: resolve };
      });
      stop.addEventListener("abort", onStop, { once: true });
      if (isDead) settle(failed("CommandFailed", "The persistent command has ended.", {}));
      else child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      if (stop.aborted) onStop();
      const settled = await answer;
      stop.removeEventListener("abort", onStop);
      // A killed process is waited for, so that whoever was told "timed out" finds it gone.
      if (ending !== undefined) await ending;
      return settled;
    },
    async end() {
      isDead = true;
      child.stdin.end();
      await Promise.race([exited, delay(END_GRACE_MS)]);
      await kill();
    },
  };
}

/** One line of the process: its answer, or chatter between answers. */
function readAnswer(
  line: string,
  id: string,
  settle: (answer: WarmAnswer) => void,
  breakOff: (type: FailureType, message: string) => void,
): void {
  const text = line.trim();
  // Programs print for their authors too; only what claims to be an object is an answer.
  if (!text.startsWith("{")) return;
  const answer = parse(text);
  if (answer === undefined) {
    breakOff("HandlerOutputInvalid", `The persistent command wrote broken JSON: ${clip(text)}`);
    return;
  }
  if (answer["id"] !== id) {
    const shown = JSON.stringify(answer["id"] ?? null);
    breakOff(
      "HandlerOutputInvalid",
      `The persistent command answered with the id ${shown}; send back the request's id, "${id}".`,
    );
    return;
  }
  const { error, output = null } = answer;
  settle(error === undefined ? { kind: "answered", output } : { kind: "failed", ...told(error) });
}

/** `error` may be a text or `{ type?, message }`; a process that reports one goes on. */
function told(error: JsonValue): { readonly error: ErrorInfo } {
  if (!isJsonObject(error)) {
    const message = typeof error === "string" ? error : JSON.stringify(error);
    return { error: { type: "HandlerFailed", message } };
  }
  const { type, message } = error;
  return {
    error: {
      type: typeof type === "string" && type !== "" ? type : "HandlerFailed",
      message: typeof message === "string" ? message : JSON.stringify(error),
    },
  };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The caller says so, with the line.
    return undefined;
  }
}

function failed(type: FailureType, message: string, details: JsonObject): WarmAnswer {
  const error = Object.keys(details).length === 0 ? { type, message } : { type, message, details };
  return { kind: "failed", error };
}

function describeExit({ exitCode, signalCode }: Child): string {
  return signalCode === null ? `exit code ${String(exitCode)}` : signalCode;
}

/** Until its output has been read to the end, unless a process that it left behind keeps it open. */
async function drained(child: Child): Promise<void> {
  if (child.stdout.readableEnded) return;
  await Promise.race([
    new Promise<void>((resolve) => child.stdout.once("close", resolve)),
    delay(DRAIN_MS),
  ]);
  child.stdout.destroy();
  child.stderr.destroy();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
