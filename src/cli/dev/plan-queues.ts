import type { Body, Plan, PlanStep } from "../../patterns/plan.ts";

/** Every task queue, besides the platform's own, that some role or step of a plan wants a worker on. */
export function queuesOf(plan: Plan): ReadonlySet<string> {
  const queues = new Set<string>();
  const add = (queue: string | undefined): void => {
    if (queue !== undefined) queues.add(queue);
  };
  for (const role of Object.values(plan.roles)) add(role.taskQueue);
  const work: PlanStep[] = [...plan.steps];
  for (let step = work.pop(); step !== undefined; step = work.pop()) {
    add(step.taskQueue);
    for (const alternative of [step.fallback, step.compensate]) {
      add(alternative?.taskQueue);
      if (alternative !== undefined) work.push(...nestedSteps(alternative.body));
    }
    work.push(...nestedSteps(step.body));
  }
  return queues;
}

function nestedSteps(body: Body): readonly PlanStep[] {
  if (body.kind === "loop" || body.kind === "group") return body.scope.steps;
  if (body.kind !== "switch") return [];
  return [...body.cases.flatMap(({ scope }) => scope.steps), ...(body.default?.steps ?? [])];
}
