import { changeOfPressure, type PressureChange } from "./overflow.ts";

export type Notice =
  | {
      readonly kind: PressureChange;
      readonly subscription: string;
      readonly undelivered: number;
      readonly capacity: number;
    }
  | { readonly kind: "rateExceeded"; readonly type: string; readonly retryAfterMs: number };

export interface PressureGauge {
  /** Called whenever a backlog was looked at; tells the listener when it crossed a mark. */
  look(subscription: string, undelivered: number, capacity: number | null): void;
}

export function createPressureGauge(notify: (notice: Notice) => void): PressureGauge {
  const overflowing = new Set<string>();
  return {
    look(subscription, undelivered, capacity) {
      if (capacity === null) return;
      const change = changeOfPressure(overflowing.has(subscription), undelivered, capacity);
      if (change === undefined) return;
      if (change === "overflowStarted") overflowing.add(subscription);
      else overflowing.delete(subscription);
      notify({ kind: change, subscription, undelivered, capacity });
    },
  };
}
