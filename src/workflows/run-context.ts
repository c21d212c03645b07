import { workflowInfo } from "@temporalio/workflow";

import type { LoadedPlan } from "../activities/contract.ts";
import type { JsonValue } from "../core/index.ts";
import type { PlanStep } from "../patterns/plan.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { unpackScope, type Carry } from "./interpreter/carry.ts";
import type { RunContext } from "./interpreter/context.ts";
import type { Effects } from "./interpreter/effects.ts";
import type { Mailbox } from "./interpreter/mailbox.ts";
import { createReport } from "./interpreter/report.ts";
import { createSlots } from "./interpreter/slots.ts";
import { createScopeRecord, type ScopeRecord } from "./interpreter/state.ts";
import type { EventSignal } from "./messages.ts";

/** One run of the workflow function. */
export interface Run {
  readonly ctx: RunContext;
  readonly top: ScopeRecord;
}

/** Builds what the interpreter works on, from a fresh start or from what the run before handed over. */
export function createRun(
  loaded: LoadedPlan,
  input: JsonValue,
  carry: Carry | undefined,
  effects: Effects,
  mailbox: Mailbox,
): Run {
  const info = workflowInfo();
  for (const event of carry?.events ?? []) mailbox.deliver(event as unknown as EventSignal); // as: written by createCarry
  mailbox.injections.push(...(carry?.injections ?? []));
  const ctx: RunContext = {
    plan: loaded.plan,
    hooks: loaded.hooks,
    facts: loaded.facts,
    identity: {
      workflowId: info.workflowId,
      runId: info.runId,
      firstRunId: carry?.firstRunId ?? info.firstExecutionRunId,
      taskQueue: info.taskQueue,
    },
    effects,
    root: createCanceller(),
    slots: createSlots(loaded.plan.maxConcurrency),
    report: createReport(carry?.earlier ?? [], () => {
      effects.changed();
    }),
    mailbox,
    steps: indexSteps(loaded.plan.steps),
    input: loaded.input ?? input,
    state: carry?.state ?? {},
    session: carry?.session ?? null,
    startedAt: carry?.startedAt ?? info.runStartTime.getTime(),
    sequence: carry?.sequence ?? 0,
    jumps: carry?.jumps ?? 0,
    compensations: [...(carry?.compensations ?? [])],
    background: new Set(),
    halt: undefined,
    ending: undefined,
    draining: false,
    drainListeners: new Set(),
  };
  const top =
    carry === undefined ? createScopeRecord() : unpackScope(loaded.plan.steps, carry.top);
  return { ctx, top };
}

/** Every step of the plan by id, nested ones included. */
function indexSteps(steps: readonly PlanStep[]): ReadonlyMap<string, PlanStep> {
  const index = new Map<string, PlanStep>();
  const work = [...steps];
  for (let step = work.pop(); step !== undefined; step = work.pop()) {
    index.set(step.id, step);
    for (const nested of nestedSteps(step)) work.push(nested);
  }
  return index;
}

function nestedSteps({ body }: PlanStep): readonly PlanStep[] {
  switch (body.kind) {
    case "group":
    case "loop":
      return body.scope.steps;
    case "switch":
      return [...body.cases.flatMap((each) => each.scope.steps), ...(body.default?.steps ?? [])];
    default:
      return [];
  }
}
