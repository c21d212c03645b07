import type { RunFacts } from "../../../src/activities/contract.ts";
import type { ErrorInfo, JsonValue } from "../../../src/core/index.ts";
import type { Hook, HookTable } from "../../../src/hooks/index.ts";
import type { Plan, PlanStep } from "../../../src/patterns/plan.ts";
import { createCanceller, type Canceller } from "../../../src/workflows/interpreter/canceller.ts";
import { haltRun, type RunContext } from "../../../src/workflows/interpreter/context.ts";
import {
  EffectCancelled,
  EffectFailure,
  type ActivityCall,
  type Effects,
} from "../../../src/workflows/interpreter/effects.ts";
import { interpret, type RunOutcome } from "../../../src/workflows/interpreter/interpret.ts";
import { fire } from "../../../src/workflows/interpreter/fire.ts";
import { createHookWork } from "../../../src/workflows/interpreter/hook-work.ts";
import { createMailbox } from "../../../src/workflows/interpreter/mailbox.ts";
import { createReport } from "../../../src/workflows/interpreter/report.ts";
import { runScope } from "../../../src/workflows/interpreter/scope.ts";
import { createSlots } from "../../../src/workflows/interpreter/slots.ts";
import { createScopeRecord, type ScopeRecord } from "../../../src/workflows/interpreter/state.ts";

/**
 * A world that the tests control by hand: activities stay open until a test settles them, timers fire when a test moves
 * the clock. So every interleaving can be chosen, and none depends on real time.
 */
export interface World {
  readonly ctx: RunContext;
  readonly outcome: Promise<RunOutcome>;
  /** Ids of the activities that are open, in the order in which they began. */
  open(): readonly string[];
  /** Ids of every activity ever begun, in order. */
  readonly begun: readonly string[];
  call(id: string): ActivityCall;
  succeed(id: string, output?: JsonValue, attempts?: number): Promise<void>;
  fail(id: string, error?: Partial<ErrorInfo>): Promise<void>;
  /** Gives an open activity this very result. */
  resolve(id: string, result: JsonValue): Promise<void>;
  /** Answers an open hook activity. */
  answer(id: string, outcome: JsonValue): Promise<void>;
  /** Moves the clock; timers that are due fire in order. */
  advance(ms: number): Promise<void>;
  cancel(): Promise<void>;
  /** From now on the history is long: the run should continue as new. */
  grow(): void;
  readonly timers: () => readonly string[];
  status(step: string): string;
}

interface Pending {
  readonly call: ActivityCall;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export async function startWorld(
  plan: Plan,
  options: {
    readonly input?: JsonValue;
    readonly hooks?: HookTable;
    readonly top?: ScopeRecord;
    readonly resumed?: boolean;
    /** Questions that the execution before left open. */
    readonly asked?: RunContext["asked"];
  } = {},
): Promise<World> {
  const pending = new Map<string, Pending>();
  const begun: string[] = [];
  const timers: { at: number; summary: string; fire: () => void }[] = [];
  let now = 1_000_000;
  let long = false;
  const effects: Effects = {
    now: () => now,
    shouldContinue: () => long,
    noteLoaded: () => undefined,
    activity: (call, cancel) =>
      new Promise((resolve, reject) => {
        if (pending.has(call.id)) throw new Error(`activity id ${call.id} is already pending`);
        begun.push(call.id);
        pending.set(call.id, { call, resolve, reject });
        cancel.onCancel(() => {
          if (pending.delete(call.id)) reject(new EffectCancelled());
        });
      }),
    sleep: (ms: number, summary: string, cancel: Canceller) =>
      new Promise((resolve) => {
        const timer = { at: now + ms, summary, fire: resolve };
        timers.push(timer);
        cancel.onCancel(() => {
          const at = timers.indexOf(timer);
          if (at >= 0) timers.splice(at, 1);
          resolve();
        });
      }),
    child: (call) => Promise.reject(new EffectFailure("Internal", `no child ${call.pattern} here`)),
  };
  const ctx = createContext(plan, effects, options);
  const top = options.top ?? createScopeRecord();
  const outcome = interpret(ctx, top, options.resumed === true);
  await settle();
  const take = (id: string): Pending => {
    const found = pending.get(id);
    if (found === undefined)
      throw new Error(`no open activity ${id}; open: ${[...pending.keys()].join(", ")}`);
    pending.delete(id);
    return found;
  };
  return {
    ctx,
    outcome,
    begun,
    open: () => [...pending.keys()],
    call: (id) => pending.get(id)?.call ?? take(id).call,
    async succeed(id, output = null, attempts = 1) {
      take(id).resolve({ output, attempts });
      await settle();
    },
    async fail(id, error = {}) {
      const { type = "CommandFailed", message = `${id} failed`, details } = error;
      take(id).reject(new EffectFailure(type, message, details));
      await settle();
    },
    async resolve(id, result) {
      take(id).resolve(result);
      await settle();
    },
    async answer(id, decided) {
      take(id).resolve({ outcome: decided, ms: 1, attempts: 1 });
      await settle();
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].sort((left, right) => left.at - right.at)) {
        if (timer.at > now || !timers.includes(timer)) continue;
        timers.splice(timers.indexOf(timer), 1);
        timer.fire();
        await settle();
      }
      await settle();
    },
    async cancel() {
      haltRun(ctx, { kind: "cancelled", reason: "cancelled by request" });
      await settle();
    },
    grow() {
      long = true;
    },
    timers: () => timers.map((timer) => timer.summary),
    status: (step) => top.steps[step]?.status ?? "pending",
  };
}

/** Lets every promise that can go on do so: one turn of the event loop runs all of them. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function createContext(
  plan: Plan,
  effects: Effects,
  options: {
    readonly input?: JsonValue;
    readonly hooks?: HookTable;
    readonly asked?: RunContext["asked"];
  },
): RunContext {
  const facts: RunFacts = { version: plan.version, workspace: "/w", outputDir: "/w/out" };
  const steps = new Map<string, PlanStep>();
  const work = [...plan.steps];
  for (let step = work.pop(); step !== undefined; step = work.pop()) {
    steps.set(step.id, step);
    if (step.body.kind === "group" || step.body.kind === "loop")
      work.push(...step.body.scope.steps);
    if (step.body.kind === "switch")
      for (const each of step.body.cases) work.push(...each.scope.steps);
  }
  return {
    plan,
    hooks: options.hooks ?? { hooks: [], run: {}, steps: {} },
    facts,
    identity: { workflowId: "wf", runId: "r1", firstRunId: "r1", taskQueue: "q" },
    effects,
    root: createCanceller(),
    slots: createSlots(plan.maxConcurrency),
    report: createReport([]),
    mailbox: createMailbox(),
    steps,
    ports: { runScope, fire },
    children: {},
    depth: 0,
    input: options.input ?? null,
    state: {},
    session: null,
    startedAt: effects.now(),
    sequence: 0,
    jumps: 0,
    compensations: [],
    hookWork: createHookWork(options.hooks ?? { hooks: [], run: {}, steps: {} }),
    background: new Set(),
    halt: undefined,
    ending: undefined,
    paused: false,
    draining: false,
    drainListeners: new Set(),
    places: new Set(),
    retries: 0,
    asked: new Map(options.asked),
  };
}

export function planOf(steps: readonly Partial<PlanStep>[], more: Partial<Plan> = {}): Plan {
  return {
    format: 1,
    name: "test",
    version: "1.0.0",
    digest: "d",
    type: "custom",
    model: "graph_based",
    maxConcurrency: 500,
    failFast: true,
    maxJumps: 16,
    policies: [
      {
        startToCloseMs: 1000,
        scheduleToStartMs: 1000,
        heartbeatMs: 1000,
        retry: {
          maximumAttempts: 1,
          initialIntervalMs: 1,
          backoffCoefficient: 1,
          maximumIntervalMs: 1,
        },
      },
    ],
    roles: {},
    hooks: [],
    ...more,
    steps: stepsOf(steps),
  };
}

export function stepsOf(steps: readonly Partial<PlanStep>[]): readonly PlanStep[] {
  return steps.map((step, order) => ({
    id: `s${String(order)}`,
    order,
    tool: "call",
    needs: [],
    join: "all",
    body: { kind: "call", function: "work", with: { lit: null } },
    policy: 0,
    onError: "fail",
    dispatch: "activity",
    ...step,
  }));
}

export function hookOf(name: string, on: string, more: Partial<Hook> = {}): Hook {
  return {
    name,
    on,
    priority: 100,
    mode: "sync",
    dispatch: "activity",
    timeoutMs: 1000,
    retry: {
      maximumAttempts: 1,
      initialIntervalMs: 1,
      backoffCoefficient: 1,
      maximumIntervalMs: 1,
    },
    onError: "open",
    alwaysRun: false,
    enabled: true,
    protocol: "heddle",
    handler: { function: name },
    source: "pattern",
    ...more,
  };
}

/** A table in which every hook fires for every given step at its point. */
export function tableOf(hooks: readonly Hook[], steps: readonly string[]): HookTable {
  const table: { run: Record<string, number[]>; steps: Record<string, Record<string, number[]>> } =
    {
      run: {},
      steps: {},
    };
  hooks.forEach((hook, number) => {
    if (!hook.on.startsWith("step.")) (table.run[hook.on] ??= []).push(number);
    else for (const step of steps) ((table.steps[step] ??= {})[hook.on] ??= []).push(number);
  });
  return { hooks, ...table };
}
