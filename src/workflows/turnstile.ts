import { CancellationScope, condition } from "@temporalio/workflow";

/**
 * Lets the results of local activities in one at a time: the next only when everything that the one before set off has
 * come to rest.
 *
 * A worker hears of finished local activities one by one, each in an activation of its own. A replay is handed all of
 * one workflow task in a single activation, where the steps that wait for them go on side by side: whichever needs fewer
 * microtasks to its next command is first, and the commands have another order than in the history. The SDK looks at
 * conditions only when no microtask is left, so a turn that waits for a condition is the same in both.
 */
export function createTurnstile(): <T>(work: Promise<T>) => Promise<T> {
  const line: symbol[] = [];
  return async (work) => {
    try {
      return await work;
    } finally {
      const turn = Symbol("turn");
      line.push(turn);
      // A cancelled step gets its turn like any other: one that left the line in the middle would block it.
      await CancellationScope.nonCancellable(() => comeToRest(() => line[0] === turn));
      line.shift();
    }
  };
}

/** `condition` looks at once: what must wait for the microtasks to run dry may not be true by then. */
async function comeToRest(isTurn: () => boolean): Promise<void> {
  let isArmed = false;
  const turn = condition(() => isArmed && isTurn());
  isArmed = true;
  await turn;
}
