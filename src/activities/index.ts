import type { JsonValue } from "../core/index.ts";
import { agentStep, callStep } from "./agent.ts";
import { runChain } from "./chain.ts";
import type { StepActivities } from "./chain-attempt.ts";
import type { Activities, HookInput, HookResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { backoffOf } from "./backoff.ts";
import { checkOutput } from "./finish-step.ts";
import { toFailure, withAttempt } from "./failure.ts";
import { runHook } from "./hook.ts";
import { runHookBatch } from "./hook-batch.ts";
import { createHookMatcher } from "./hook-table.ts";
import { httpStep } from "./http.ts";
import { createLedger } from "./ledger.ts";
import { loadPlan } from "./load-plan.ts";
import { askBeforeRetry } from "./retry-hooks.ts";
import { runStep } from "./run.ts";
import { loadSession, saveCheckpoint, sessionNote } from "./session.ts";
import { storeIfLarge } from "./store-output.ts";
import { askLock, forkRun, isRunning, runStanding, useCache } from "./shared-state.ts";
import { partOf } from "./value-parts.ts";
import { createValues } from "./values.ts";

export type { Activities } from "./contract.ts";
export { createSystemHooks, type SystemHooks, type WorkerPoint } from "./system-hooks.ts";
export { createDetachedWork, type DetachedWork } from "./detached.ts";
export type { ActivityDeps, ActivityLog, ActivitySettings, SessionGateway } from "./deps.ts";

/** The activities of a worker, by their wire names. */
export function createActivities(deps: ActivityDeps): Activities {
  const values = createValues(deps.registry);
  const ledger = createLedger(deps.registry, deps.log);
  const match = createHookMatcher(deps.log);

  /** Large parts of an input travel as references, which nothing below needs to know. */
  async function resolve<Input>(input: Input): Promise<Input> {
    // as: activity inputs are plain JSON, and resolving a reference gives back what was replaced by it
    return (await values.resolve(input as JsonValue)) as Input;
  }

  const guard = guardWith((input) => runHook(input, deps, ledger));
  const guardAll = <Some extends object>(activities: Some): Some => {
    const guarded = Object.entries(activities).map(([name, run]) => [name, guard(run as Activity)]); // as: each takes one argument
    return Object.fromEntries(guarded) as Some; // as: the same keys, each with the signature it had
  };
  const steps = guardAll<StepActivities>({
    run: async (input) => runStep(await resolve(input), deps),
    http: async (input) => httpStep(await resolve(input), deps),
    agent: async (input) => agentStep(await resolve(input), deps),
    call: async (input) => callStep(await resolve(input), deps),
  });
  const others = guardAll<Omit<Activities, keyof StepActivities>>({
    loadPlan: async (input) => loadPlan(await resolve(input), deps, match),
    loadValue: async ({ digest, part }) => partOf(await values.get(digest), part),
    storeValue: ({ value }) => deps.registry.putValue(value),
    chain: (input) => runChain(input, steps),
    hook: async (input) => runHook(await resolve(input), deps, ledger),
    hookBatch: async (input) => runHookBatch(await resolve(input), deps, ledger),
    session: async (input) => sessionNote(await resolve(input), deps),
    checkOutput: async (input) => {
      const { output, ...facts } = await resolve(input);
      return storeIfLarge(checkOutput(output, facts), deps.registry);
    },
    lock: (input) => askLock(input, deps),
    cache: (input) => useCache(input, deps),
    isRunning: (input) => isRunning(input, deps),
    runStanding: (input) => runStanding(input, deps),
    forkRun: (input) => forkRun(input, deps),
    loadSession: (input) => loadSession(input, deps, match),
    saveCheckpoint: async (input) => saveCheckpoint(await resolve(input), deps),
  });
  return { ...steps, ...others };
}

type Activity = (input: never) => Promise<unknown>;

/** One place translates what is thrown into failures with a stable type, and asks the hooks of a failed attempt. */
function guardWith(run: (input: HookInput) => Promise<HookResult>): (act: Activity) => Activity {
  return (act) => async (input) => {
    try {
      return await act(input);
    } catch (error) {
      throw await askBeforeRetry(withAttempt(toFailure(error), backoffOf(input)), input, run);
    }
  };
}
