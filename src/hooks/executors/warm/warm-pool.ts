import type { JsonObject } from "../../../core/index.ts";
import {
  startWarmProcess,
  type StartedProcess,
  type WarmAnswer,
  type WarmProcess,
  type WarmSpec,
} from "./warm-process.ts";

/** Keeps programs running between calls. One pool serves a worker. */
export interface WarmPool {
  /** Gives a request to a free process of that command, starting one or waiting for one. */
  ask(
    spec: WarmSpec,
    request: JsonObject,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<WarmAnswer>;
  /** Ends every process. Later requests fail. */
  close(): Promise<void>;
}

export interface WarmPoolOptions {
  /** Processes per command at the same time. @default 4 */
  readonly perCommand?: number;
  /** How long a process may stand idle. @default 60_000 */
  readonly idleMs?: number;
}

const PER_COMMAND = 4;
const IDLE_MS = 60_000;

/** The processes of one command. */
interface Bucket {
  readonly idle: Idle[];
  /** Running or being started. */
  alive: number;
  readonly waiting: ((turn: Turn) => void)[];
}

interface Idle {
  readonly process: WarmProcess;
  readonly timer: NodeJS.Timeout;
}

/** A process that came free, leave to start one, or nothing any more. */
type Turn = WarmProcess | "start" | "closed";

const CLOSED: WarmAnswer = {
  kind: "failed",
  error: { type: "CommandNotStarted", message: "The worker is shutting down." },
};

/**
 * A bounded pool per command. A request has its process for itself; a process that timed out, crashed or broke the
 * protocol is gone for good, and takes only its own request with it.
 */
export function createWarmPool(options: WarmPoolOptions = {}): WarmPool {
  const perCommand = options.perCommand ?? PER_COMMAND;
  const idleMs = options.idleMs ?? IDLE_MS;
  const buckets = new Map<string, Bucket>();
  const all = new Set<WarmProcess>();
  let isClosed = false;

  const bucketOf = (spec: WarmSpec): Bucket => {
    const key = JSON.stringify([spec.argv, spec.cwd, spec.env]);
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const bucket: Bucket = { idle: [], alive: 0, waiting: [] };
    buckets.set(key, bucket);
    return bucket;
  };

  const forget = (bucket: Bucket, process: WarmProcess): void => {
    all.delete(process);
    leave(bucket);
  };

  /** One process fewer: whoever waits longest may start another. */
  const leave = (bucket: Bucket): void => {
    bucket.alive -= 1;
    const next = bucket.waiting.shift();
    if (next === undefined) return;
    bucket.alive += 1;
    next("start");
  };

  const giveBack = (bucket: Bucket, process: WarmProcess): void => {
    if (isClosed) return;
    if (!process.isAlive()) {
      forget(bucket, process);
      return;
    }
    const next = bucket.waiting.shift();
    if (next !== undefined) {
      next(process);
      return;
    }
    const idle: Idle = { process, timer: setTimeout(retire, idleMs) };
    idle.timer.unref();
    bucket.idle.push(idle);
    function retire(): void {
      bucket.idle.splice(bucket.idle.indexOf(idle), 1);
      forget(bucket, process);
      void process.end();
    }
  };

  const takeIdle = (bucket: Bucket): WarmProcess | undefined => {
    for (let idle = bucket.idle.pop(); idle !== undefined; idle = bucket.idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.process.isAlive()) return idle.process;
      forget(bucket, idle.process);
    }
    return undefined;
  };

  const start = async (spec: WarmSpec, bucket: Bucket): Promise<StartedProcess> => {
    const started = await startWarmProcess(spec);
    if (!started.ok) leave(bucket);
    else if (isClosed) await started.process.end();
    else all.add(started.process);
    return started;
  };

  const turnFor = (bucket: Bucket, stop: AbortSignal): Promise<Turn | undefined> | Turn => {
    const idle = takeIdle(bucket);
    if (idle !== undefined) return idle;
    if (bucket.alive < perCommand) {
      bucket.alive += 1;
      return "start";
    }
    return waitForTurn(bucket.waiting, stop);
  };

  return {
    async ask(spec, request, { timeoutMs, signal }) {
      if (isClosed) return CLOSED;
      if (signal.aborted) return { kind: "cancelled" };
      const deadline = performance.now() + timeoutMs;
      const bucket = bucketOf(spec);
      const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, timeoutMs))]);
      const turn = await turnFor(bucket, stop);
      if (turn === undefined)
        return signal.aborted ? { kind: "cancelled" } : { kind: "timedOut", stderr: "" };
      if (turn === "closed") return CLOSED;
      const started =
        turn === "start" ? await start(spec, bucket) : { ok: true as const, process: turn };
      if (!started.ok) {
        const { notFound, reason } = started.error;
        const type = notFound ? "CommandNotFound" : "CommandNotStarted";
        return { kind: "failed", error: { type, message: reason } };
      }
      const { process } = started;
      try {
        return await process.ask(request, deadline - performance.now(), signal);
      } finally {
        giveBack(bucket, process);
      }
    },
    async close() {
      isClosed = true;
      for (const { idle, waiting } of buckets.values()) {
        for (const { timer } of idle) clearTimeout(timer);
        for (const next of waiting.splice(0)) next("closed");
      }
      const ending = [...all];
      all.clear();
      await Promise.all(ending.map((process) => process.end()));
    },
  };
}

function waitForTurn(
  waiting: ((turn: Turn) => void)[],
  stop: AbortSignal,
): Promise<Turn | undefined> {
  return new Promise((resolve) => {
    const take = (turn: Turn): void => {
      stop.removeEventListener("abort", giveUp);
      resolve(turn);
    };
    const giveUp = (): void => {
      waiting.splice(waiting.indexOf(take), 1);
      resolve(undefined);
    };
    waiting.push(take);
    stop.addEventListener("abort", giveUp, { once: true });
  });
}
