import { UPDATES, type StepOrder, type StepOrderAnswer } from "../workflows/messages.ts";

/** An operator's hand on the steps of a running run; a refusal names the states that would do. */
export interface RunOrders {
  /** Runs a failed step again, or one that runs (or waits between attempts) anew. */
  retryStep(order: StepOrder): Promise<StepOrderAnswer>;
  skipStep(order: Omit<StepOrder, "output">): Promise<StepOrderAnswer>;
  completeStep(order: StepOrder): Promise<StepOrderAnswer>;
}

type Send = (update: string, order: StepOrder) => Promise<StepOrderAnswer>;

export function createRunOrders(send: Send): RunOrders {
  return {
    retryStep: (order) => send(UPDATES.retryStep, order),
    skipStep: (order) => send(UPDATES.skipStep, order),
    completeStep: (order) => send(UPDATES.completeStep, order),
  };
}
