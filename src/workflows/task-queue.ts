import { condition } from "@temporalio/workflow";

type Task = () => Promise<void>;

/** Work that messages ask for, carried out one after the other in order of arrival. */
export interface TaskQueue {
  /** Resolves when the work is done, and rejects as it does. */
  run(work: Task): Promise<void>;
  /** Works until the condition holds and nothing is left to do. */
  workUntil(done: () => boolean): Promise<void>;
}

export function createTaskQueue(): TaskQueue {
  const tasks: Task[] = [];
  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        tasks.push(() => work().then(resolve, reject));
      }),
    async workUntil(done) {
      for (;;) {
        await condition(() => tasks.length > 0 || done());
        const task = tasks.shift();
        if (task === undefined) return;
        await task();
      }
    },
  };
}
