import type { Body, PlanStep } from "./plan.ts";

/** The steps directly inside a body: none, unless it is a scope. */
export function nestedSteps(body: Body | undefined): readonly PlanStep[] {
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

/** Every step of a plan, those inside scopes, fallbacks and compensations included. Iterative: nesting may be deep. */
export function allSteps(steps: readonly PlanStep[]): readonly PlanStep[] {
  const found: PlanStep[] = [];
  const work = [...steps];
  for (let step = work.pop(); step !== undefined; step = work.pop()) {
    found.push(step);
    for (const body of bodiesOf(step)) for (const nested of nestedSteps(body)) work.push(nested);
  }
  return found;
}

/** What a step may carry out: its own body, and what stands in for it or undoes it. */
export function bodiesOf(step: PlanStep): readonly Body[] {
  return [step.body, step.fallback?.body, step.compensate?.body].filter(
    (body) => body !== undefined,
  );
}
