import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { BusEvent, EventBus, NewSubscription } from "./bus.ts";
import { startDispatcher, type DispatcherOptions } from "./dispatch.ts";

export interface ListenOptions extends Pick<DispatcherOptions, "pollMs" | "onError"> {
  readonly bus: EventBus;
  readonly globs: readonly string[];
  readonly onEvent: (event: BusEvent) => Promise<void> | void;
  /** What a listener that is too slow may have waiting before the oldest is dropped. @default 1000 */
  readonly capacity?: number;
  /** How long after a crash of this process its subscription is forgotten. @default 30_000 */
  readonly leaseMs?: number;
}

export interface Listener {
  /** The name under which backlogs and dead letters show it. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Follows events live, from now on, one after the other, until stopped. Nothing of it stays behind. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { bus, globs, onEvent, capacity = 1000, leaseMs = 30_000, onError, pollMs } = options;
  const subscription: NewSubscription = {
    name: `live:${randomUUID()}`,
    globs,
    kind: "live",
    capacity,
    overflow: "drop_oldest",
    leaseMs,
  };
  const { name } = await bus.subscribe(subscription);
  const dispatcher = startDispatcher({
    bus,
    serve: { subscriptions: [name] },
    concurrency: 1,
    handle: async ({ event }) => {
      await onEvent(event);
    },
    ...(onError === undefined ? {} : { onError }),
    ...(pollMs === undefined ? {} : { pollMs }),
  });
  const stopping = new AbortController();
  const living = stayAlive(options, { ...subscription, leaseMs }, stopping.signal);
  return {
    name,
    async stop() {
      stopping.abort();
      await dispatcher.stop();
      await living;
      await bus.unsubscribe(name);
    },
  };
}

async function stayAlive(
  { bus, onError }: ListenOptions,
  subscription: NewSubscription & { readonly leaseMs: number },
  stopping: AbortSignal,
): Promise<void> {
  for (;;) {
    // Being aborted is how the pause ends early, not a failure.
    await delay(subscription.leaseMs / 3, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    try {
      if (!(await bus.renew(subscription.name))) await bus.subscribe(subscription);
    } catch (error) {
      onError?.(error); // two more thirds of the lease to try in
    }
  }
}
