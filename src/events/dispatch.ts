import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../core/index.ts";
import type { ClaimRequest, Delivery, EventBus } from "./bus.ts";

/**
 * Works on one delivery; when it throws, the delivery is tried again later or becomes a dead letter. The signal ends
 * it when the claim was lost, because then somebody else works on the same delivery.
 */
export type DeliveryHandler = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

export interface DispatcherOptions {
  readonly bus: Pick<EventBus, "claim" | "acknowledge" | "extend" | "reject">;
  /** What to serve: kinds of subscriptions, or names of them. */
  readonly serve: Pick<ClaimRequest, "kinds" | "subscriptions">;
  readonly handle: DeliveryHandler;
  /** Deliveries worked on at once. @default 10 */
  readonly concurrency?: number;
  /** Extended while a handler works; after a crash, deliveries wait for its end. @default 30_000 */
  readonly leaseMs?: number;
  /** How often to look when there was nothing. @default 200 */
  readonly pollMs?: number;
  /** Told of a database that does not answer, and of handlers that threw. */
  readonly onError?: (error: unknown) => void;
}

export interface Dispatcher {
  /** Claims nothing more, and waits for what is being worked on. */
  stop(): Promise<void>;
}

/** Delivers what is queued until it is stopped. Outlasts a database that goes away. */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { bus, serve, concurrency = 10, leaseMs = 30_000, pollMs = 200 } = options;
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  let wake = (): void => undefined;

  async function claimMore(): Promise<number> {
    const limit = concurrency - working.size;
    if (limit === 0) return 0;
    try {
      const deliveries = await bus.claim({ ...serve, limit, leaseMs });
      for (const delivery of deliveries) {
        const work = workOn({ ...options, leaseMs }, delivery).finally(() => {
          working.delete(work);
          wake();
        });
        working.add(work);
      }
      return deliveries.length;
    } catch (error) {
      options.onError?.(error);
      return 0;
    }
  }

  /** Until the next look: the poll interval, or as soon as a place is free. */
  async function rest(isFull: boolean): Promise<void> {
    const freed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (isFull && working.size === concurrency) await freed;
    else await pause(pollMs, stopping.signal);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const claimed = await claimMore();
      if (working.size === concurrency || claimed === 0) await rest(working.size === concurrency);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(working);
    },
  };
}

async function workOn(
  options: DispatcherOptions & { readonly leaseMs: number },
  delivery: Delivery,
): Promise<void> {
  const { bus, handle, onError } = options;
  const ended = new AbortController();
  const lost = new AbortController();
  const holding = hold(options, delivery, ended.signal, lost);
  try {
    const failure = await outcomeOf(() => handle(delivery, lost.signal));
    if (failure !== undefined) onError?.(failure.error);
    if (lost.signal.aborted) return;
    if (failure === undefined) await bus.acknowledge(delivery);
    else await bus.reject(delivery, messageOf(failure.error));
  } catch (error) {
    // It could not be told: the lease ends by itself, and it is delivered again.
    onError?.(error);
  } finally {
    ended.abort();
    await holding;
  }
}

async function outcomeOf(
  work: () => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Extends the lease at every half of it, until the work has ended or the claim is lost. */
async function hold(
  options: DispatcherOptions & { readonly leaseMs: number },
  delivery: Delivery,
  ended: AbortSignal,
  lost: AbortController,
): Promise<void> {
  const { bus, leaseMs, onError } = options;
  for (;;) {
    await pause(leaseMs / 2, ended);
    if (ended.aborted) return;
    try {
      if (await bus.extend(delivery, leaseMs)) continue;
      lost.abort();
      return;
    } catch (error) {
      onError?.(error); // the lease has another half to run: try once more then
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Being aborted is how a pause ends early, not a failure.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
