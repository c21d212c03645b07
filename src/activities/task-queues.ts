import type { Body, Plan, PlanStep } from "../patterns/plan.ts";

/** Every task queue that a plan names besides the one its runs are started on. */
export function taskQueuesOf(plan: Plan): readonly string[] {
  const queues = new Set<string>();
  const note = (owner: { readonly taskQueue?: string } | undefined): void => {
    if (owner?.taskQueue !== undefined) queues.add(owner.taskQueue);
  };
  for (const role of Object.values(plan.roles)) note(role);
  const work: PlanStep[] = [...plan.steps];
  for (let step = work.pop(); step !== undefined; step = work.pop()) {
    for (const owner of [step, step.fallback, step.compensate]) note(owner);
    for (const body of [step.body, step.fallback?.body, step.compensate?.body])
      for (const nested of nestedSteps(body)) work.push(nested);
  }
  return [...queues].sort();
}

function nestedSteps(body: Body | undefined): readonly PlanStep[] {
  switch (body?.kind) {
    case "group":
    case "loop":
      return body.scope.steps;
    case "switch":
      return [...body.cases.map(({ scope }) => scope), body.default].flatMap(
        (scope) => scope?.steps ?? [],
      );
    default:
      return [];
  }
}
