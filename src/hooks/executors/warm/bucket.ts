import { startWarmProcess, type WarmProcess, type WarmSpec } from "./warm-process.ts";
import type { LaunchFailure } from "../launch.ts";

/** A process to ask; or why there is none. */
export type Turn =
  | { readonly kind: "process"; readonly process: WarmProcess }
  | { readonly kind: "notStarted"; readonly error: LaunchFailure }
  /** The caller's time was over, or it was cancelled, before its turn came. */
  | { readonly kind: "gaveUp" }
  | { readonly kind: "closed" };

/** What a waiter is told: a process that came free, leave to start one, or that there will be none. */
type Call = WarmProcess | "start" | "closed" | "gaveUp";

interface Idle {
  readonly process: WarmProcess;
  readonly timer: NodeJS.Timeout;
}

export interface BucketLimits {
  readonly perCommand: number;
  readonly idleMs: number;
}

/**
 * The processes of one command: at most so many at once, first come first served. A process that has ended, or was
 * killed, gives its place to whoever waits longest.
 */
export class Bucket {
  readonly #spec: WarmSpec;
  readonly #limits: BucketLimits;
  readonly #idle: Idle[] = [];
  readonly #waiting: ((call: Call) => void)[] = [];
  readonly #running = new Set<WarmProcess>();
  /** Places taken: processes that run, and those that are being started. */
  #taken = 0;
  #isClosed = false;

  constructor(spec: WarmSpec, limits: BucketLimits) {
    this.#spec = spec;
    this.#limits = limits;
  }

  async take(stop: AbortSignal): Promise<Turn> {
    const call = this.#freeProcess() ?? (await this.#nextCall(stop));
    if (call === "closed" || call === "gaveUp") return { kind: call };
    return call === "start" ? this.#start() : { kind: "process", process: call };
  }

  giveBack(process: WarmProcess): void {
    if (!process.isAlive()) {
      this.#forget(process);
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) next(process);
    else if (!this.#isClosed) this.#keepIdle(process);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle) clearTimeout(timer);
    for (const next of this.#waiting.splice(0)) next("closed");
    await Promise.all([...this.#running].map((process) => process.end()));
  }

  #freeProcess(): WarmProcess | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.process.isAlive()) return idle.process;
      this.#forget(idle.process);
    }
    return undefined;
  }

  #nextCall(stop: AbortSignal): Promise<Call> | Call {
    if (this.#isClosed) return "closed";
    if (this.#taken < this.#limits.perCommand) {
      this.#taken += 1;
      return "start";
    }
    return new Promise((resolve) => {
      const take = (call: Call): void => {
        stop.removeEventListener("abort", giveUp);
        resolve(call);
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve("gaveUp");
      };
      this.#waiting.push(take);
      stop.addEventListener("abort", giveUp, { once: true });
    });
  }

  async #start(): Promise<Turn> {
    const started = await startWarmProcess(this.#spec);
    if (!started.ok) {
      this.#leave();
      return { kind: "notStarted", error: started.error };
    }
    const { process } = started;
    if (this.#isClosed) {
      await process.end();
      return { kind: "closed" };
    }
    this.#running.add(process);
    return { kind: "process", process };
  }

  #keepIdle(process: WarmProcess): void {
    const timer = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(idle), 1);
      this.#forget(process);
      void process.end();
    }, this.#limits.idleMs);
    timer.unref();
    const idle: Idle = { process, timer };
    this.#idle.push(idle);
  }

  #forget(process: WarmProcess): void {
    this.#running.delete(process);
    this.#leave();
  }

  #leave(): void {
    this.#taken -= 1;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#taken += 1;
    next("start");
  }
}
