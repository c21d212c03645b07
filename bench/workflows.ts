/** The hand-written counterparts: what a careful engineer would write directly on Temporal, with the same activities. */
import { proxyActivities, proxyLocalActivities, workflowInfo } from "@temporalio/workflow";

import type { Activities, CallInput, HookInput } from "../src/activities/contract.ts";

export { runPattern as default } from "../src/workflows/run-pattern.ts";

export interface HandWritten {
  readonly shape: "chain" | "fan";
  readonly steps: number;
  readonly call: CallInput;
  /** The hook before each step, or none. */
  readonly hook?: HookInput;
  readonly dispatch: "local" | "activity";
  /** The steps themselves as local activities. */
  readonly localSteps?: boolean;
}

const RETRY = { maximumAttempts: 3 } as const;

/** Runs the steps of a benchmark, in a row or all at once, each with its hook. */
export async function handWritten(options: HandWritten): Promise<null> {
  const act = proxyActivities<Activities>({
    startToCloseTimeout: "5m",
    heartbeatTimeout: "10s",
    retry: RETRY,
  });
  const local = proxyLocalActivities<Activities>({ startToCloseTimeout: "30s", retry: RETRY });
  const hooks = options.dispatch === "local" ? local : act;
  const step = async (index: number): Promise<void> => {
    const id = `s${String(index)}`;
    if (options.hook !== undefined) {
      const { hook, event } = options.hook;
      const point = `${workflowInfo().workflowId}/${event.point}/${id}`;
      await hooks.hook({ ...options.hook, hook, event: { ...event, id: point } });
    }
    await (options.localSteps === true ? local : act).call({ ...options.call, step: id });
  };
  if (options.shape === "chain")
    for (let index = 0; index < options.steps; index += 1) await step(index);
  else await Promise.all(Array.from({ length: options.steps }, (_none, index) => step(index)));
  return null;
}

export interface HandWrittenGraph {
  /** What each step needs, by index, and its own work; what is needed comes first. */
  readonly steps: readonly { readonly needs: readonly number[]; readonly call: CallInput }[];
}

/** The same graph as a compiled one, a promise per step. */
export async function handWrittenGraph({ steps }: HandWrittenGraph): Promise<null> {
  const act = proxyActivities<Activities>({
    startToCloseTimeout: "5m",
    heartbeatTimeout: "10s",
    retry: RETRY,
  });
  const ends: Promise<unknown>[] = [];
  for (const { needs, call } of steps) {
    const needed = needs.flatMap((need) => ends[need] ?? []);
    ends.push(Promise.all(needed).then(() => act.call(call)));
  }
  await Promise.all(ends);
  return null;
}
