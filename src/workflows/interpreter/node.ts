import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
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
  readonly canceller: Canceller;
  /** Its join was decided: never considered again. */
  begun: boolean;
  running: boolean;
  deadline: Canceller | undefined;
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
    deadline: undefined,
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
