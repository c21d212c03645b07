import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { ScopeShape } from "./shape.ts";
import {
  createStepRecord,
  isSettled,
  type ScopeRecord,
  type Settled,
  type StepRecord,
} from "./state.ts";

/** One step inside a running scope: its record, which survives, and what only this run of the scheduler needs. */
export interface Node {
  readonly step: PlanStep;
  readonly record: StepRecord;
  readonly tally: {
    total: number;
    succeeded: number;
    failed: number;
    skipped: number;
    cancelled: number;
  };
  canceller: Canceller;
  /** Its join was decided: never considered again. */
  begun: boolean;
  running: boolean;
  /** What an operator wants of it once the work that was just cancelled is over. */
  order: Settled | "again" | undefined;
  deadline: Canceller | undefined;
  /** When its work in a chain's activity was over. */
  endedAt: number | undefined;
  /** In a chain: what comes after it, to go on with once it has settled. */
  next: { readonly node: Node; readonly goOn: () => Settled | Promise<Settled> } | undefined;
  /** In a chain: cancelled together with everything else of its scope. */
  cancelledWithAll: boolean;
}

export function createNode(step: PlanStep, scope: ScopeRecord, cancel: Canceller): Node {
  const record = (scope.steps[step.id] ??= createStepRecord());
  // What had not settled before a continue-as-new begins again where its own record says.
  if (!isSettled(record.status)) record.status = "pending";
  return {
    step,
    record,
    tally: { total: step.needs.length, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 },
    canceller: cancel.child(),
    begun: isSettled(record.status),
    running: false,
    order: undefined,
    deadline: undefined,
    endedAt: undefined,
    next: undefined,
    cancelledWithAll: false,
  };
}

export function isFailure(node: Node): boolean {
  return node.record.status === "failed" && node.step.onError === "fail";
}

export function tallyUp(node: Pick<Node, "tally"> | undefined, status: StepRecord["status"]): void {
  if (node === undefined) return;
  if (status === "succeeded" || status === "compensated") node.tally.succeeded += 1;
  else if (status === "failed") node.tally.failed += 1;
  else if (status === "skipped") node.tally.skipped += 1;
  else node.tally.cancelled += 1;
}

/**
 * Counts anew how the needs of every step stand. Returns the first failure, in declaration order, that fails the scope.
 */
export function recount(
  shape: ScopeShape,
  nodes: readonly Node[],
): Pick<Node, "step" | "record"> | undefined {
  for (const node of nodes) {
    Object.assign(node.tally, { succeeded: 0, failed: 0, skipped: 0, cancelled: 0 });
    for (const need of node.step.needs) {
      const status = nodes[shape.indexOf.get(need) ?? -1]?.record.status ?? "pending";
      if (isSettled(status)) tallyUp(node, status);
    }
  }
  const failure = nodes.find(isFailure);
  return failure === undefined ? undefined : { step: failure.step, record: failure.record };
}

/** Writes how a step ended into its record. */
export function applyOutcome(
  record: StepRecord,
  outcome: Exclude<Settled, { readonly status: "suspended" }>,
  now: number,
): void {
  record.status = outcome.status;
  record.finishedAt = now;
  if (outcome.status === "succeeded") record.output = outcome.output;
  else if (outcome.status === "failed") record.error = outcome.error;
  else record.reason = outcome.reason;
}

export function factsOf(step: PlanStep): { readonly id: string; readonly kind: string } {
  return { id: step.id, kind: step.body.kind };
}
