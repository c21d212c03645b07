/**
 * What operators may do to the steps of a running run. A scope or a list of items that is at work is a place where
 * steps can be reached; what has not begun or is over has none.
 */
import { nearest, type JsonObject } from "../../core/index.ts";
import type { OperatorAction, StepOrder, StepOrderAnswer, StepStatus } from "../messages.ts";
import type { RunContext } from "./context.ts";
import type { Settled, StepRecord } from "./state.ts";

export type OrderKind = OperatorAction["action"];

/** A step, or an instance of one, that an order can reach. */
export interface Target {
  readonly record: StepRecord;
  /** Its place among instances; empty for a step that is not repeated. */
  readonly path: string;
  /** Its failure ends what is around it: it cannot be run again. */
  readonly isFatal: boolean;
  /** What an output that an operator gives it has to fit. */
  readonly outputSchema: JsonObject | undefined;
  /** Ends it so: at once when it has not begun, else once its work was cancelled. */
  end(outcome: Settled): void;
  /** Runs it again: at once when it failed, else once its work was cancelled. */
  again(): void;
}

export interface Place {
  /** Without a path: wherever the step stands here, its items not counted. */
  find(step: string, path: string | undefined): Target | undefined;
}

/** Opens a place to operators. Returns how to close it. */
export function openPlace(ctx: RunContext, place: Place): () => void {
  ctx.places.add(place);
  return () => ctx.places.delete(place);
}

const STATES: Readonly<Record<OrderKind, readonly StepStatus[]>> = {
  retry: ["failed", "running"],
  skip: ["pending", "ready", "running"],
  complete: ["pending", "ready", "running"],
};

/** Finds what an order is about, or says why it cannot be carried out. */
export function findTarget(ctx: RunContext, kind: OrderKind, order: StepOrder): Target | string {
  const name = `${kind}Step`;
  if (ctx.halt !== undefined || ctx.ending !== undefined)
    return `${name} ${order.step}: the run is ending, nothing of it can be steered any more`;
  const parsed = /^([^[\]]+)(?:\[(\d+(?:\.\d+)*)\])?$/.exec(order.step);
  const [, id = order.step, path] = parsed ?? [];
  if (parsed === null || !ctx.steps.has(id)) return unknownStep(ctx, name, id);
  const found = [...ctx.places].flatMap((place) => place.find(id, path) ?? []);
  const [target, another] = found;
  if (target === undefined)
    return `${name} ${order.step}: it is not at work: what it belongs to has not begun, or is over`;
  if (another !== undefined)
    return `${name} ${id}: several instances are at work; name one of ${list(found.map((each) => `${id}[${each.path}]`))}`;
  const refused = refuseState(kind, target);
  return refused === undefined ? target : `${name} ${order.step}: ${refused}`;
}

function refuseState(kind: OrderKind, { record: { status }, isFatal }: Target): string | undefined {
  if (!STATES[kind].includes(status))
    return `the step is ${status}; ${kind}Step takes one that is ${list(STATES[kind], " or ")}`;
  return kind === "retry" && status === "failed" && isFatal
    ? "the step failed and what it belongs to ends with it (failFast); start the run again instead"
    : undefined;
}

function unknownStep(ctx: RunContext, name: string, id: string): string {
  const close = nearest(id, ctx.steps.keys());
  const hint =
    close === undefined ? `the steps are ${list([...ctx.steps.keys()])}` : `is it ${close}?`;
  return `${name} ${id}: the pattern has no such step; ${hint}`;
}

const SHOWN = 10;

function list(names: readonly string[], between = ", "): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(between) + (more > 0 ? ` and ${String(more)} more` : "");
}

/** Carries an order out on what `findTarget` found for it. */
export function carryOut(
  ctx: RunContext,
  kind: OrderKind,
  order: StepOrder,
  target: Target,
): StepOrderAnswer {
  const { record } = target;
  const was = record.status;
  const { by, reason } = order;
  const noted: OperatorAction = {
    action: kind,
    at: new Date(ctx.effects.now()).toISOString(),
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
  };
  record.operator = [...(record.operator ?? []), noted];
  if (kind === "retry") {
    ctx.retries += 1;
    target.again();
  } else target.end(outcomeOf(kind, order));
  return { step: order.step, was, now: record.status };
}

function outcomeOf(kind: "skip" | "complete", { output, reason }: StepOrder): Settled {
  return kind === "complete"
    ? { status: "succeeded", output: output ?? null }
    : { status: "skipped", reason: reason ?? "skipped by an operator" };
}

/**
 * Makes a record ready to run again: what succeeded inside stays as it is, everything else of it starts anew. That its
 * condition held is kept, and so is the number of attempts.
 */
export function reopenRecord(record: StepRecord): void {
  record.status = "pending";
  delete record.error;
  delete record.reason;
  delete record.startedAt;
  delete record.finishedAt;
  delete record.tries;
  reopenWork(record);
}

/** The same for what a step does, where the step itself goes on. */
export function reopenWork(record: StepRecord): void {
  delete record.prepared;
  delete record.lockToken;
  delete record.deadlineAt;
  delete record.timeoutAt;
  delete record.brought;
  delete record.fallback;
  delete record.redirected;
  // A loop keeps its last iteration's output while it goes on.
  if (record.iteration === undefined) delete record.output;
  for (const item of record.items ?? [])
    if (item.status !== "succeeded" && item.status !== "skipped") reopenRecord(item);
  for (const nested of Object.values(record.scope?.steps ?? {}))
    if (nested.status !== "succeeded") reopenRecord(nested);
}
