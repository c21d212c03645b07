import type { JsonValue } from "../../core/index.ts";
import { defined } from "../../core/index.ts";
import type { Alternative } from "../../patterns/plan.ts";
import { attempt } from "./conditions.ts";
import { isAtLeast, type RunContext } from "./context.ts";
import { createCanceller } from "./canceller.ts";
import { ownEnvironment } from "./environment.ts";
import { stepSubject } from "./fire.ts";
import type { Instance } from "./instance.ts";
import { perform, prepareInput } from "./perform.ts";
import type { Subject } from "./ports.ts";
import {
  createStepRecord,
  failed,
  type ArmedCompensation,
  type Failure,
  type Settled,
  type StepRecord,
} from "./state.ts";
import { lookAround, surroundedBy } from "./surroundings.ts";
import { watches } from "./watches.ts";

/** Runs the fallback of a step that failed for good; its output becomes the step's. */
export async function performFallback(
  instance: Instance,
  fallback: Alternative,
  failure: Settled,
): Promise<Settled> {
  const { ctx, step, record } = instance;
  const env = isAtLeast(ctx, 3) ? ownEnvironment(instance.env, step.id, record) : instance.env;
  // The fallback may look at why it is needed.
  if (failure.status === "failed") record.error = failure.error;
  const input = attempt(() => prepareInput(ctx, fallback.body, env));
  if (!input.ok) return failed("ExpressionFailed", `${step.id}: fallback: ${input.message}`);
  const outcome = await performApart({ ...instance, env }, "fallback", (apart) =>
    perform(apart, fallback.body, input.value, { ...fallback, suffix: "fallback" }),
  );
  if (outcome.status === "succeeded") delete record.error;
  return outcome;
}

/** The failure whose fallback was under way when the run continued as new. */
export function failureBehind({ record: { fallback, error } }: Instance): Failure | undefined {
  return fallback === undefined || error === undefined ? undefined : { status: "failed", error };
}

/** Carries out what replaces a step's work, on a record of its own, which a continued run finds again. */
export function performApart(
  instance: Instance,
  place: "fallback" | "redirected",
  work: (apart: Instance) => Promise<Settled>,
): Promise<Settled> {
  return isAtLeast(instance.ctx, 3) ? onOwnRecord(instance, place, work) : work(instance);
}

async function onOwnRecord(
  instance: Instance,
  place: "fallback" | "redirected",
  work: (apart: Instance) => Promise<Settled>,
): Promise<Settled> {
  const { record } = instance;
  const own = (record[place] ??= createStepRecord());
  const before = own.attempts;
  const outcome = await work({ ...instance, record: own });
  record.attempts += own.attempts - before;
  if (outcome.status !== "suspended") forget(record, place);
  return outcome;
}

function forget(record: StepRecord, place: "fallback" | "redirected"): void {
  if (place === "fallback") delete record.fallback;
  else delete record.redirected;
}

/** Arms a step's undo before its action starts: an action that died midway is compensated too. */
export function armCompensation(instance: Instance, input: JsonValue): void {
  const { ctx, step } = instance;
  const { compensate } = step;
  if (
    compensate === undefined ||
    compensate.when === "succeeded" ||
    findArmed(instance) !== undefined
  )
    return;
  const undo = prepareUndo(instance, compensate);
  // What undos of earlier revisions did that could not be prepared yet: they got the action's input.
  const instead = undo.problem !== undefined && !isAtLeast(ctx, 3) ? { input } : undo;
  ctx.compensations.push({ ...armed(instance), ...instead });
}

/** Prepares the undo again, now that it can read the step's output, and gives it its place in the order. */
export function completeCompensation(instance: Instance, output: JsonValue): void {
  const { ctx, step, record } = instance;
  const { compensate } = step;
  if (compensate === undefined) return;
  const { output: before, status } = record;
  record.output = output;
  if (isAtLeast(ctx, 3)) record.status = "succeeded";
  const undo = prepareUndo(instance, compensate);
  record.status = status;
  if (before === undefined) delete record.output;
  else record.output = before;
  ctx.sequence += 1;
  let entry = findArmed(instance);
  if (entry === undefined) {
    entry = { ...armed(instance), input: null };
    ctx.compensations.push(entry);
  }
  entry.completed = ctx.sequence;
  if (undo.problem !== undefined && !isAtLeast(ctx, 3)) return;
  delete entry.problem;
  Object.assign(entry, undo);
}

/** The undo's input as the step stands, or why there is none. */
function prepareUndo(
  { ctx, step, env, record }: Instance,
  compensate: Alternative,
): Pick<ArmedCompensation, "input" | "problem" | "seen"> {
  const isOwn = isAtLeast(ctx, 3);
  const around = isOwn ? ownEnvironment(env, step.id, record) : env;
  const undo = attempt(() => prepareInput(ctx, compensate.body, around));
  const seen = isOwn ? lookAround(compensate, around) : undefined;
  return undo.ok
    ? { input: undo.value, ...defined({ seen }) }
    : { input: null, problem: undo.message, ...defined({ seen }) };
}

function armed({ step, env }: Instance): Pick<ArmedCompensation, "step" | "instance"> {
  return { step: step.id, ...(env.path === "" ? {} : { instance: env.path }) };
}

function findArmed({ ctx, step, env }: Instance): ArmedCompensation | undefined {
  return ctx.compensations.find(
    (entry) => entry.step === step.id && (entry.instance ?? "") === env.path,
  );
}

/**
 * Undoes what was done, in reverse order of completion, what never completed first; each exactly once, going on past
 * one that fails. Nothing can cancel it. Returns what went wrong, by step.
 */
export async function runCompensations(ctx: RunContext): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const entry of undoOrder(ctx.compensations)) {
    const step = ctx.steps.get(entry.step);
    if (entry.done === true || step?.compensate === undefined) continue;
    const record = createStepRecord();
    const env = surroundedBy(entry.seen, entry.instance ?? "");
    const instance: Instance = { ctx, step, record, env, cancel: createCanceller() };
    const shown = { id: `${step.id}:compensate`, kind: step.compensate.body.kind };
    record.status = "compensating";
    record.startedAt = ctx.effects.now();
    ctx.report.note(shown, env.path, record);
    const outcome = await undoEntry(instance, step.compensate, entry);
    entry.done = true;
    record.status = outcome.status === "succeeded" ? "compensated" : "failed";
    record.finishedAt = ctx.effects.now();
    if (outcome.status === "failed") {
      record.error = outcome.error;
      problems.push(`${step.id}: ${outcome.error.message}`);
    }
    ctx.report.note(shown, env.path, record);
  }
  return problems;
}

/** An undo that could not be prepared must not do anything else instead. */
function undoEntry(
  instance: Instance,
  compensate: Alternative,
  { input, problem }: ArmedCompensation,
): Settled | Promise<Settled> {
  const { ctx, step } = instance;
  if (problem !== undefined) return failed("ExpressionFailed", `compensate: ${problem}`);
  return watches(ctx, "step.before", step.id)
    ? undoGuarded(instance, compensate, input)
    : undo(instance, compensate, input);
}

function undo(instance: Instance, compensate: Alternative, input: JsonValue): Promise<Settled> {
  return perform(instance, compensate.body, input, { ...compensate, suffix: "compensate" });
}

/**
 * Asks the `step.before` hooks that match `status: compensating`, and only those: what guards an action must not stop it
 * from being undone.
 */
async function undoGuarded(
  instance: Instance,
  compensate: Alternative,
  input: JsonValue,
): Promise<Settled> {
  const { ctx, step, env, cancel } = instance;
  const status = "compensating";
  const describe = (): Subject => ({
    ...stepSubject(step, env.path, 1, compensate.body, { input }, { status }),
    asksStatus: true,
  });
  const before = await ctx.ports.fire(ctx, "step.before", step.id, describe, cancel);
  if (before?.failure !== undefined) return before.failure;
  if (before?.decision.outcome === "replace")
    return { status: "succeeded", output: before.decision.output };
  return undo(instance, compensate, before?.input ?? input);
}

function undoOrder(armed: readonly ArmedCompensation[]): readonly ArmedCompensation[] {
  const unfinished = armed.filter((entry) => entry.completed === undefined).reverse();
  const finished = armed.filter((entry) => entry.completed !== undefined);
  finished.sort((left, right) => (right.completed ?? 0) - (left.completed ?? 0));
  return [...unfinished, ...finished];
}
