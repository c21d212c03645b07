/** Work that goes on after the activity that began it has answered. It dies with its worker. */
export interface DetachedWork {
  /** Begins it. The signal fires when the worker stops; what the work throws is its own business to tell. */
  start(work: (signal: AbortSignal) => Promise<void>): void;
  /** Cancels what is left and resolves once nothing of it runs any more. */
  stop(): Promise<void>;
}

export function createDetachedWork(): DetachedWork {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    start(work) {
      const run = work(stopping.signal).finally(() => running.delete(run));
      running.add(run);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}
