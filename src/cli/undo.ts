/** What was opened, in order, so that it can be closed in reverse. */
export interface Undo {
  add(step: () => Promise<void> | void): void;
  /** Closes everything, whatever fails on the way; the first failure is thrown at the end. */
  all(): Promise<void>;
}

export function createUndo(): Undo {
  const steps: (() => Promise<void> | void)[] = [];
  return {
    add(step) {
      steps.push(step);
    },
    async all() {
      const failures: unknown[] = [];
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step();
        } catch (thrown) {
          failures.push(thrown);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
