/**
 * How much of a workflow's work is done by local activities. They are no events of their own, and so a replay hands over
 * their results earlier than the messages and the workflow tasks between which they came (`quiesce.ts`,
 * `history-gauge.ts`).
 */
export interface LocalWork {
  /** Local activities so far. */
  readonly count: number;
  /** From now on they run as activities of their own, except those that store what is too large for one. */
  avoid(): void;
  /** From now on an event of another kind comes after at most so many of them. */
  pace(every: number): void;
  /** Counts one more, or says that it is to run as an activity of its own. */
  takes(type: string): boolean;
  /** Whether it is time for an event of another kind; true once. */
  isTired(): boolean;
  /** Tells that there was one. */
  rest(): void;
}

export function createLocalWork(): LocalWork {
  let count = 0;
  let rested = 0;
  let every = Number.POSITIVE_INFINITY;
  let isAvoided = false;
  const rest = (): void => {
    rested = count;
  };
  return {
    get count() {
      return count;
    },
    avoid() {
      isAvoided = true;
    },
    pace(most) {
      every = most;
    },
    takes(type) {
      if (isAvoided && type !== "storeValue") return false;
      count += 1;
      return true;
    },
    isTired() {
      if (count - rested <= every) return false;
      rest();
      return true;
    },
    rest,
  };
}
