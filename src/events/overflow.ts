import type { Overflow } from "./bus.ts";

/** A subscription that an event fits, and how full it is. */
export interface Taker {
  readonly name: string;
  readonly capacity: number | null;
  readonly overflow: Overflow;
  readonly undelivered: number;
}

export interface Surplus {
  readonly name: string;
  readonly count: number;
}

/** What one publication does to each of its takers. Nothing is written as long as one of them rejects or blocks. */
export interface Routing {
  readonly rejectedBy: readonly string[];
  readonly blockedBy: readonly string[];
  readonly queueFor: readonly string[];
  readonly dropNewestFor: readonly string[];
  /** How many of the oldest must go to make room. */
  readonly dropOldestFor: readonly Surplus[];
}

export function routeEvent(takers: readonly Taker[]): Routing {
  const full = takers.filter(isFull);
  const named = (overflow: Overflow): readonly string[] =>
    full.filter((taker) => taker.overflow === overflow).map(({ name }) => name);
  const dropNewestFor = named("drop_newest");
  return {
    rejectedBy: named("reject"),
    blockedBy: named("block"),
    queueFor: takers.map(({ name }) => name).filter((name) => !dropNewestFor.includes(name)),
    dropNewestFor,
    dropOldestFor: full
      .filter(({ overflow }) => overflow === "drop_oldest")
      .map(({ name, capacity, undelivered }) => ({
        name,
        count: undelivered - (capacity ?? 0) + 1,
      })),
  };
}

function isFull({ capacity, undelivered }: Taker): boolean {
  return capacity !== null && undelivered >= capacity;
}

const HIGH_SHARE = 0.8;
const LOW_SHARE = 0.2;

/** Overflow begins at the high mark and is over at the low one, so that a backlog near one mark does not flicker. */
export function waterMarks(capacity: number): { readonly high: number; readonly low: number } {
  return { high: Math.ceil(capacity * HIGH_SHARE), low: Math.floor(capacity * LOW_SHARE) };
}

export type PressureChange = "overflowStarted" | "overflowRelieved";

/** What a new look at a backlog changes, given whether it was overflowing. */
export function changeOfPressure(
  isOverflowing: boolean,
  undelivered: number,
  capacity: number,
): PressureChange | undefined {
  const { high, low } = waterMarks(capacity);
  if (!isOverflowing && undelivered >= high) return "overflowStarted";
  if (isOverflowing && undelivered <= low) return "overflowRelieved";
  return undefined;
}
