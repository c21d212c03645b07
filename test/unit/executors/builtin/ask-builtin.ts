import { createMemoryHookStore, executeHook } from "../../../../src/hooks/executors/index.ts";
import type { HookReading } from "../../../../src/hooks/executors/index.ts";
import type { HookEvent, HookStep, HookStore } from "../../../../src/hooks/index.ts";
import type { JsonObject } from "../../../../src/core/index.ts";
import { makeEvent, makeHook } from "../../hooks/make-hook.ts";
import { handlerContext } from "../fixtures.ts";

export interface BuiltinAsker {
  readonly store: HookStore;
  ask(event?: Partial<HookEvent>): Promise<HookReading>;
}

/** A registered builtin that remembers between its firings, as one hook of one run does. */
export function askBuiltin(
  builtin: string,
  options: JsonObject,
  store = createMemoryHookStore(),
  context: Parameters<typeof handlerContext>[0] = {},
): BuiltinAsker {
  return {
    store,
    ask: async (event = {}) =>
      executeHook(
        makeHook({ name: builtin, handler: { builtin, options } }),
        makeEvent({ hook: builtin, ...event }),
        await handlerContext({ store, ...context }),
      ),
  };
}

export function stepOf(fields: Partial<HookStep> = {}): HookStep {
  return { id: "build", kind: "run", tool: "Bash", attempt: 1, input: null, ...fields };
}

export const decided = (outcome: object) => ({ kind: "decided", outcome });
