import { randomUUID } from "node:crypto";

import {
  err,
  isJsonObject,
  ok,
  timerMs,
  type ErrorInfo,
  type FailureType,
  type JsonObject,
  type JsonValue,
  type Result,
} from "../../../core/index.ts";
import { launch, type Child, type LaunchFailure } from "../launch.ts";
import { captureOutput, type OutputCapture } from "../output-capture.ts";
import { untilRead } from "../output-end.ts";
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
  return { ok: true, process: new SupervisedProcess(launched.child, launched.groupId, spec) };
}

interface Pending {
  readonly id: string;
  readonly settle: (answer: WarmAnswer) => void;
}

class SupervisedProcess implements WarmProcess {
  readonly #child: Child;
  readonly #groupId: number;
  readonly #killGraceMs: number;
  readonly #stderr: OutputCapture;
  readonly #exited: Promise<void>;
  #pending: Pending | undefined;
  #isDead = false;
  #ending: Promise<void> | undefined;

  constructor(child: Child, groupId: number, { killGraceMs, lineLimitBytes }: WarmSpec) {
    this.#child = child;
    this.#groupId = groupId;
    this.#killGraceMs = killGraceMs;
    this.#stderr = captureOutput(child.stderr, STDERR_BYTES);
    this.#exited = new Promise((resolve) => {
      child.once("exit", () => {
        this.#isDead = true;
        resolve();
      });
    });
    child.stdin.on("error", () => {
      this.#breakOff("CommandFailed", "The persistent command closed its input.");
    });
    readLines(child.stdout, lineLimitBytes, (line) => {
      if (line !== undefined) this.#read(line);
      else
        this.#breakOff(
          "OutputTooLarge",
          `The persistent command wrote a line longer than ${String(lineLimitBytes)} bytes.`,
        );
    });
    void this.#exited.then(() => this.#settleExit());
  }

  isAlive(): boolean {
    return !this.#isDead;
  }

  async ask(request: JsonObject, timeoutMs: number, signal: AbortSignal): Promise<WarmAnswer> {
    const id = randomUUID();
    const timeout = AbortSignal.timeout(timerMs(timeoutMs));
    const stop = AbortSignal.any([signal, timeout]);
    const onStop = (): void => {
      const isCancelled = signal.aborted;
      this.#settle(
        isCancelled ? { kind: "cancelled" } : { kind: "timedOut", stderr: this.#said() },
      );
      void this.#kill();
    };
    const answer = new Promise<WarmAnswer>((resolve) => {
      this.#pending = { id, settle: resolve };
    });
    stop.addEventListener("abort", onStop, { once: true });
    if (this.#isDead)
      this.#settle(failed("CommandFailed", "The persistent command has ended.", ""));
    else this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    if (stop.aborted) onStop();
    const settled = await answer;
    stop.removeEventListener("abort", onStop);
    // A killed process is waited for, so that whoever was told "timed out" finds it gone.
    if (this.#ending !== undefined) await this.#ending;
    return settled;
  }

  async end(): Promise<void> {
    this.#isDead = true;
    this.#child.stdin.end();
    await Promise.race([this.#exited, delay(END_GRACE_MS)]);
    await this.#kill();
  }

  #kill(): Promise<void> {
    this.#isDead = true;
    this.#ending ??= terminateGroup(this.#groupId, this.#killGraceMs).then(() => {
      this.#child.stdin.destroy();
    });
    return this.#ending;
  }

  #settle(answer: WarmAnswer): void {
    const waiting = this.#pending;
    this.#pending = undefined;
    waiting?.settle(answer);
  }

  /** What breaks the protocol once cannot be trusted with the next request. */
  #breakOff(type: FailureType, message: string): void {
    this.#settle(failed(type, message, this.#said()));
    void this.#kill();
  }

  #read(line: string): void {
    if (this.#pending === undefined) return;
    const read = readAnswer(line, this.#pending.id);
    if (read === undefined) return;
    if (read.ok) this.#settle(read.value);
    else this.#breakOff("HandlerOutputInvalid", read.error);
  }

  async #settleExit(): Promise<void> {
    await drained(this.#child);
    // What it left behind in its group goes with it.
    signalGroup(this.#groupId, "SIGKILL");
    const how = describeExit(this.#child);
    this.#settle(
      failed(
        "CommandFailed",
        `The persistent command ended (${how}) before it answered.`,
        this.#said(),
      ),
    );
  }

  #said(): string {
    return this.#stderr.read().text.trim().slice(-STDERR_SHOWN);
  }
}

/** One line of the process: its answer, what is wrong with it, or undefined for chatter between answers. */
function readAnswer(line: string, id: string): Result<WarmAnswer, string> | undefined {
  const text = line.trim();
  // Programs print for their authors too; only what claims to be an object is an answer.
  if (!text.startsWith("{")) return undefined;
  const answer = parse(text);
  if (answer === undefined) return err(`The persistent command wrote broken JSON: ${clip(text)}`);
  if (answer["id"] !== id) {
    const shown = JSON.stringify(answer["id"] ?? null);
    return err(
      `The persistent command answered with the id ${shown}; send back the request's id, "${id}".`,
    );
  }
  const { error, output = null } = answer;
  return ok(
    error === undefined ? { kind: "answered", output } : { kind: "failed", ...told(error) },
  );
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

function failed(type: FailureType, message: string, stderr: string): WarmAnswer {
  const details = stderr === "" ? {} : { details: { stderr } };
  return { kind: "failed", error: { type, message, ...details } };
}

function describeExit({ exitCode, signalCode }: Child): string {
  return signalCode ?? `exit code ${String(exitCode)}`;
}

/** Until its output has been read to the end, unless a process that it left behind keeps it open. */
async function drained({ stdout, stderr }: Child): Promise<void> {
  await untilRead([stdout, stderr], DRAIN_MS);
  stdout.destroy();
  stderr.destroy();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
