import { workflowInfo } from "@temporalio/workflow";

import type { LoadedPlan } from "../activities/contract.ts";
import type { JsonValue } from "../core/index.ts";
import { allSteps } from "../patterns/plan-steps.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import { unpackScope, type Carry } from "./interpreter/carry.ts";
import type { RunContext } from "./interpreter/context.ts";
import { fire } from "./interpreter/fire.ts";
import type { Effects } from "./interpreter/effects.ts";
import { createHookWork } from "./interpreter/hook-work.ts";
import type { Mailbox } from "./interpreter/mailbox.ts";
import { createReport } from "./interpreter/report.ts";
import { runScope } from "./interpreter/scope.ts";
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
  const before = carry ?? freshCarry(loaded);
  before.events.forEach((each, index) => {
    const event = each as unknown as EventSignal; // as: written by createCarry
    mailbox.deliver(event);
    for (const step of before.taken?.[index] ?? []) mailbox.take(step, event);
  });
  mailbox.injections.push(...before.injections);
  for (const decision of before.decisions ?? []) mailbox.decisions.set(decision.id, decision);
  const slots = createSlots(loaded.plan.maxConcurrency);
  if (before.paused === true) slots.close();
  const { workflowId, runId, taskQueue } = info;
  const ctx: RunContext = {
    plan: loaded.plan,
    hooks: loaded.hooks,
    facts: before.facts,
    identity: { workflowId, runId, taskQueue, firstRunId: before.firstRunId },
    effects,
    root: createCanceller(),
    slots,
    report: createReport(before.earlier, loaded.notices, before.approvals),
    mailbox,
    steps: new Map(allSteps(loaded.plan.steps).map((step) => [step.id, step])),
    ports: { runScope, fire },
    children: before.children,
    depth: loaded.options.depth ?? 0,
    input: loaded.input ?? input,
    state: before.state,
    session: before.session,
    startedAt: before.startedAt,
    sequence: before.sequence,
    jumps: before.jumps,
    compensations: [...before.compensations],
    hookWork: createHookWork(loaded.hooks, before.hookWork),
    background: new Set(),
    halt: undefined,
    ending: undefined,
    paused: before.paused === true,
    draining: false,
    drainListeners: new Set(),
    places: new Set(),
    retries: before.retries ?? 0,
    asked: new Map(Object.entries(before.asked ?? {})),
  };
  const { steps } = loaded.plan;
  return { ctx, top: carry === undefined ? createScopeRecord() : unpackScope(steps, carry.top) };
}

/** What a run that has no predecessor begins with. */
function freshCarry({ facts, children = {} }: LoadedPlan): Carry {
  const info = workflowInfo();
  return {
    format: 1,
    firstRunId: info.firstExecutionRunId,
    startedAt: info.runStartTime.getTime(),
    facts,
    children,
    top: { letters: "", records: {} },
    state: {},
    session: null,
    sequence: 0,
    jumps: 0,
    compensations: [],
    events: [],
    injections: [],
    earlier: [],
  };
}
