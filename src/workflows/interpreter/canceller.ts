/**
 * A cancellation that spreads to what was created under it. The interpreter owns this tree itself; an effect turns one
 * leaf of it into whatever the platform cancels by. A canceller, once cancelled, stays so and keeps its first reason.
 */
export interface Canceller {
  readonly cancelled: boolean;
  readonly reason: string;
  cancel(reason: string): void;
  /** Calls back once, at once when it is already cancelled. Returns a function that forgets the callback. */
  onCancel(callback: () => void): () => void;
  child(): Canceller;
}

export function createCanceller(): Canceller {
  const callbacks = new Set<() => void>();
  let reason: string | undefined;
  const self: Canceller = {
    get cancelled() {
      return reason !== undefined;
    },
    get reason() {
      return reason ?? "";
    },
    cancel(why) {
      if (reason !== undefined) return;
      reason = why;
      const current = [...callbacks];
      callbacks.clear();
      for (const callback of current) callback();
    },
    onCancel(callback) {
      if (reason !== undefined) {
        callback();
        return () => undefined;
      }
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    child() {
      const below = createCanceller();
      const forget = self.onCancel(() => {
        below.cancel(self.reason);
      });
      // A finished child must not be kept alive by a long-lived parent.
      below.onCancel(forget);
      return below;
    },
  };
  return self;
}
