import type { ErrorInfo, JsonObject, JsonValue } from "../../core/index.ts";
import type { RunFacts } from "../../activities/contract.ts";
import type { HookTable } from "../../hooks/index.ts";
import type { Plan, PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { Effects } from "./effects.ts";
import type { HookWork } from "./hook-work.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Ports } from "./ports.ts";
import type { Asked } from "./reminders.ts";
import type { Report } from "./report.ts";
import type { Slots } from "./slots.ts";
import type { ArmedCompensation } from "./state.ts";
import type { Place } from "./steering.ts";

/** Who the run is, as expressions (`run.*`) and hooks see it. */
export interface RunIdentity {
  readonly workflowId: string;
  readonly runId: string;
  /** The first run of a chain of continued runs: the stable half of every execution id. */
  readonly firstRunId: string;
  readonly taskQueue: string;
}

/** Why a run ends before its graph does. */
export type Halt =
  | { readonly kind: "stop"; readonly output: JsonValue }
  | { readonly kind: "failed"; readonly error: ErrorInfo }
  | { readonly kind: "cancelled"; readonly reason: string }
  | { readonly kind: "timedOut"; readonly error: ErrorInfo };

/** All that one run of the interpreter shares. Mutable fields are the run's memory; `carry.ts` knows which survive. */
export interface RunContext {
  readonly plan: Plan;
  readonly hooks: HookTable;
  readonly facts: RunFacts;
  readonly identity: RunIdentity;
  readonly effects: Effects;
  readonly root: Canceller;
  readonly slots: Slots;
  readonly report: Report;
  readonly mailbox: Mailbox;
  readonly steps: ReadonlyMap<string, PlanStep>;
  readonly ports: Ports;
  /** Versions of the patterns that this one calls, pinned when the run began. */
  readonly children: Readonly<Record<string, string>>;
  /** How many patterns are above this run. */
  readonly depth: number;
  input: JsonValue;
  state: JsonObject;
  session: JsonValue;
  readonly startedAt: number;
  /** Counts events that need an order or an id of their own. */
  sequence: number;
  jumps: number;
  readonly compensations: ArmedCompensation[];
  readonly hookWork: HookWork;
  /** Work that outlives the step which began it: the rest of a decided foreach, asynchronous hooks. */
  readonly background: Set<Promise<unknown>>;
  halt: Halt | undefined;
  /** How the run ended, once it did. */
  ending: "succeeded" | "failed" | "cancelled" | "continued" | undefined;
  /** By the `pause` signal, until `resume`: nothing new begins. */
  paused: boolean;
  /** Set when the run is about to continue as new: nothing new begins, waits let go. */
  draining: boolean;
  readonly drainListeners: Set<() => void>;
  /** Set when the run is about to end: it does not continue as new any more. */
  endsHere?: boolean;
  /** Scopes and lists of items that are at work: where an operator's order can reach a step. */
  readonly places: Set<Place>;
  /** Orders to do work again so far: what hooks decided about the work before must not count for it. */
  retries: number;
  /** Questions that are open, by id. */
  readonly asked: Map<string, Asked>;
}

/** Whether the plan was compiled for this reading of the language, or a later one. */
export function isAtLeast({ plan }: RunContext, revision: number): boolean {
  return (plan.revision ?? 0) >= revision;
}

/** Whether the run's table was made when nothing that a drain interrupts was lost, done twice or begun anew. */
export function keepsInterrupted({ hooks }: RunContext): boolean {
  return hooks.format !== undefined && hooks.format >= 4;
}

/** Ends the run: what runs is cancelled, the first reason wins. */
export function haltRun(ctx: RunContext, halt: Halt): void {
  if (ctx.halt !== undefined) return;
  ctx.halt = halt;
  ctx.root.cancel(halt.kind === "cancelled" ? halt.reason : `the run ${describeHalt(halt)}`);
}

function describeHalt(halt: Halt): string {
  switch (halt.kind) {
    case "stop":
      return "was stopped by a step";
    case "failed":
      return `failed: ${halt.error.message}`;
    case "timedOut":
      return "timed out";
    case "cancelled":
      return "was cancelled";
  }
}

/** Begins to drain when the history asks for it. Cheap: called after each settled step. */
export function drainIfAsked(ctx: RunContext): void {
  if (ctx.draining || ctx.halt !== undefined || ctx.endsHere === true) return;
  if (!ctx.effects.shouldContinue(ctx.plan.revision ?? 0)) return;
  ctx.draining = true;
  ctx.slots.close();
  const listeners = [...ctx.drainListeners];
  ctx.drainListeners.clear();
  for (const listener of listeners) listener();
}

/** The run ends here: whatever it still does, it does in this execution. */
export function stopDraining(ctx: RunContext): void {
  ctx.endsHere = true;
  if (!ctx.draining) return;
  ctx.draining = false;
  if (!ctx.paused) ctx.slots.open();
}

/** Calls back when the run starts to drain later on: for who is not ready yet, and looks by itself whether it drains. */
export function onLaterDrain(ctx: RunContext, callback: () => void): () => void {
  return ctx.draining && keepsInterrupted(ctx) ? () => undefined : onDrain(ctx, callback);
}

/** Calls back when the run starts to drain. Returns a function that forgets the callback. */
export function onDrain(ctx: RunContext, callback: () => void): () => void {
  if (ctx.draining) {
    callback();
    return () => undefined;
  }
  ctx.drainListeners.add(callback);
  return () => ctx.drainListeners.delete(callback);
}

/** Keeps work that nobody awaits from being forgotten: the run closes only after it. */
export function keepInBackground(ctx: RunContext, work: Promise<unknown>): void {
  const kept = work.finally(() => ctx.background.delete(kept));
  ctx.background.add(kept);
}
