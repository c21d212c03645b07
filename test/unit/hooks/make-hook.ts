import type { Hook, HookEvent } from "../../../src/hooks/index.ts";

/** A hook with the defaults of a registration, for tests that care about one or two of its fields. */
export function makeHook(fields: Partial<Hook> = {}): Hook {
  return {
    name: "h",
    on: "step.before",
    priority: 100,
    mode: "sync",
    dispatch: "activity",
    timeoutMs: 30_000,
    retry: {
      maximumAttempts: 3,
      initialIntervalMs: 1000,
      backoffCoefficient: 2,
      maximumIntervalMs: 60_000,
    },
    onError: "open",
    alwaysRun: false,
    enabled: true,
    protocol: "heddle",
    handler: { function: fields.name ?? "h" },
    source: "pattern",
    ...fields,
  };
}

export function makeEvent(fields: Partial<HookEvent> = {}): HookEvent {
  return {
    id: "wf/step.before/build/1",
    point: "step.before",
    hook: "h",
    run: { id: "r", workflowId: "wf", pattern: "p", version: "1.0.0" },
    state: {},
    workspace: "workspace",
    ...fields,
  };
}
