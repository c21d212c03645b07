import type { HookEvent } from "../../hook.ts";

/** Who a firing is about, as messages name it: the step's role, else the step. */
export function agentOf({ step }: HookEvent): string {
  return step?.role ?? step?.id ?? "";
}

/** What belongs together: the session's runs, or the run. */
export function scopeOf({ run }: HookEvent): string {
  return run.session ?? run.workflowId;
}
