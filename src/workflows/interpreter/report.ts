import type { JsonValue } from "../../core/index.ts";
import type { HookReport, PendingApproval, StepReport } from "../messages.ts";
import type { StepRecord } from "./state.ts";

/** What people see of a run: one entry per step and instance, and every hook decision, in order. */
export interface Report {
  /** Entries in the order in which they first appeared. */
  readonly steps: ReadonlyMap<string, StepReport>;
  readonly hooks: readonly HookReport[];
  readonly approvals: ReadonlyMap<string, PendingApproval>;
  /** References to the reports of the runs before this one. */
  readonly earlier: readonly JsonValue[];
  /** What there is to know of how the run began. */
  readonly notices: readonly string[];
  note(
    step: { readonly id: string; readonly kind: string },
    instance: string,
    record: StepRecord,
  ): void;
  waiting(id: string, instance: string, what: string | undefined): void;
  hook(entry: HookReport): void;
  asked(approval: PendingApproval): void;
  answered(id: string): void;
}

export function createReport(
  earlier: readonly JsonValue[],
  notices: readonly string[] = [],
  open: readonly PendingApproval[] = [],
): Report {
  const steps = new Map<string, StepReport>();
  const hooks: HookReport[] = [];
  const approvals = new Map(open.map((approval) => [approval.id, approval]));
  return {
    steps,
    hooks,
    approvals,
    earlier,
    notices,
    note(step, instance, record) {
      steps.set(keyOf(step.id, instance), toStepReport(step, instance, record));
    },
    waiting(id, instance, what) {
      const key = keyOf(id, instance);
      const entry = steps.get(key);
      if (entry === undefined) return;
      const { waitingFor: _previous, ...rest } = entry;
      steps.set(key, what === undefined ? rest : { ...rest, waitingFor: what });
    },
    hook(entry) {
      hooks.push(entry);
    },
    asked(approval) {
      approvals.set(approval.id, approval);
    },
    answered(id) {
      approvals.delete(id);
    },
  };
}

function keyOf(id: string, instance: string): string {
  return `${id}|${instance}`;
}

function toStepReport(
  step: { readonly id: string; readonly kind: string },
  instance: string,
  record: StepRecord,
): StepReport {
  return {
    id: step.id,
    kind: step.kind,
    ...(instance === "" ? {} : { instance }),
    status: record.status,
    ...(record.startedAt === undefined
      ? {}
      : { startedAt: new Date(record.startedAt).toISOString() }),
    ...(record.finishedAt === undefined
      ? {}
      : { finishedAt: new Date(record.finishedAt).toISOString() }),
    attempts: record.attempts,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(record.operator === undefined ? {} : { operator: record.operator }),
  };
}
