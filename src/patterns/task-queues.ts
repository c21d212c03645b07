import type { Plan } from "./plan.ts";
import { allSteps } from "./plan-steps.ts";

/** Every task queue that a plan names besides the one its runs are started on. */
export function taskQueuesOf(plan: Plan): readonly string[] {
  const queues = new Set<string>();
  const note = (owner: { readonly taskQueue?: string } | undefined): void => {
    if (owner?.taskQueue !== undefined) queues.add(owner.taskQueue);
  };
  for (const role of Object.values(plan.roles)) note(role);
  for (const step of allSteps(plan.steps))
    for (const owner of [step, step.fallback, step.compensate]) note(owner);
  return [...queues].sort();
}
