import { timerMs, type ErrorInfo, type JsonObject } from "../../../core/index.ts";
import { Bucket, type BucketLimits, type Turn } from "./bucket.ts";
import type { WarmAnswer, WarmSpec } from "./warm-process.ts";

/** Keeps programs running between calls. One pool serves a worker. */
export interface WarmPool {
  /** Gives a request to a free process of that command, starting one or waiting for one. */
  ask(spec: WarmSpec, request: JsonObject, limits: CallLimits): Promise<WarmAnswer>;
  /** Ends every process. Later requests fail. */
  close(): Promise<void>;
}

interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const PER_COMMAND = 4;
const IDLE_MS = 60_000;

/**
 * A bounded pool per command. A request has its process for itself; a process that timed out, crashed or broke the
 * protocol is gone for good, and takes only its own request with it.
 * @param options.perCommand - processes per command at the same time, 4 unless said otherwise
 * @param options.idleMs - how long a process may stand idle, a minute unless said otherwise
 */
export function createWarmPool(options: Partial<BucketLimits> = {}): WarmPool {
  const { perCommand = PER_COMMAND, idleMs = IDLE_MS } = options;
  const buckets = new Map<string, Bucket>();
  let isClosed = false;
  const bucketOf = (spec: WarmSpec): Bucket => {
    const key = JSON.stringify([spec.argv, spec.cwd, spec.env]);
    const bucket = buckets.get(key) ?? new Bucket(spec, { perCommand, idleMs });
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    async ask(spec, request, { timeoutMs, signal }) {
      if (isClosed) return CLOSED;
      if (signal.aborted) return { kind: "cancelled" };
      const deadline = performance.now() + timeoutMs;
      const bucket = bucketOf(spec);
      const timeout = AbortSignal.timeout(timerMs(timeoutMs));
      const turn = await bucket.take(AbortSignal.any([signal, timeout]));
      if (turn.kind !== "process") return describe(turn, signal);
      try {
        return await turn.process.ask(request, deadline - performance.now(), signal);
      } finally {
        bucket.giveBack(turn.process);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...buckets.values()].map((bucket) => bucket.close()));
    },
  };
}

const CLOSED = failed({ type: "CommandNotStarted", message: "The worker is shutting down." });

function describe(turn: Exclude<Turn, { kind: "process" }>, signal: AbortSignal): WarmAnswer {
  switch (turn.kind) {
    case "closed":
      return CLOSED;
    case "gaveUp":
      return signal.aborted ? { kind: "cancelled" } : { kind: "timedOut", stderr: "" };
    case "notStarted": {
      const { notFound, reason } = turn.error;
      const type = notFound ? "CommandNotFound" : "CommandNotStarted";
      return failed({ type, message: reason });
    }
  }
}

function failed(error: ErrorInfo): WarmAnswer {
  return { kind: "failed", error };
}
