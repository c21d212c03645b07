import { findBuiltin } from "../../../../src/hooks/executors/builtin/index.ts";
import { createMemoryHookStore, executeHook } from "../../../../src/hooks/executors/index.ts";
import type { HookReading } from "../../../../src/hooks/executors/index.ts";
import type { HookEvent, HookStep, HookStore, Outcome } from "../../../../src/hooks/index.ts";
import type { JsonObject } from "../../../../src/core/index.ts";
import { makeEvent, makeHook } from "../../hooks/make-hook.ts";
import { handlerContext } from "../fixtures.ts";

export interface BuiltinAsker {
  readonly store: HookStore;
  ask(event?: Partial<HookEvent>): Promise<HookReading>;
}

let firings = 0;

/** Every question is a firing of its own, unless the test says that one is tried again. */
function firing(builtin: string, event: Partial<HookEvent>): HookEvent {
  firings += 1;
  return makeEvent({ hook: builtin, id: `wf/step.before/build/${String(firings)}`, ...event });
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
        firing(builtin, event),
        await handlerContext({ store, ...context }),
      ),
  };
}

/** Asks a builtin at a moment of the test's choosing. */
export async function askAt(
  now: number,
  { builtin, options, store }: { builtin: string; options: JsonObject; store: HookStore },
  event: Partial<HookEvent> = {},
): Promise<Outcome> {
  const found = findBuiltin(builtin);
  if (found === undefined) throw new Error(`no builtin ${builtin}`);
  const context = await handlerContext({ store });
  return found.run({
    event: firing(builtin, event),
    options: found.options.parse(options) as never, // as: parsed by the schema that types it
    store,
    context,
    signal: context.signal,
    now,
  });
}

export function stepOf(fields: Partial<HookStep> = {}): HookStep {
  return { id: "build", kind: "run", tool: "Bash", attempt: 1, input: null, ...fields };
}

export const decided = (outcome: object) => ({ kind: "decided", outcome });
