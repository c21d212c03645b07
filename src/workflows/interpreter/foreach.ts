import type { JsonValue } from "../../core/index.ts";
import { isJsonArray } from "../../core/index.ts";
import { narrowScope } from "../../expressions/index.ts";
import type { PlanForeach, PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import { attempt, holds } from "./conditions.ts";
import { fireForEnding } from "./endings.ts";
import { isAtLeast, keepsInterrupted, type RunContext } from "./context.ts";
import { evaluateIn, type Environment } from "./environment.ts";
import { applyOutcome, factsOf } from "./node.ts";
import { fireMoment, type Moment } from "./moments.ts";
import { runItems } from "./items.ts";
import { createStepRecord, failed, isSettled, type Settled, type StepRecord } from "./state.ts";
import { watches } from "./watches.ts";

/** More items than this fail the step: their records alone would not fit any payload. */
export const MAX_ITEMS = 100_000;

/** Runs a step once per item, in item order, at most `concurrency` at once, until its completion rule is decided. */
export async function runForeach(
  ctx: RunContext,
  step: PlanStep,
  foreach: PlanForeach,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  const given = listOf(ctx, step, foreach, record, env);
  if ("status" in given) return given;
  const place = { ctx, step, env, cancel };
  const isFresh = record.items === undefined;
  const start = isFresh
    ? await fireMoment(place, "fork.start", given.items, { items: given.items.length })
    : undefined;
  if (start?.kind === "end") return start.outcome;
  const list = start === undefined ? given : checkItems(step, start.input);
  if ("status" in list) return list;
  keepList(ctx, foreach, record, { given, list });
  const records = (record.items ??= list.items.map(createStepRecord));
  const envs = list.items.map((item, index) => itemEnvironment(env, item, index));
  const filtered: Environment[] = [];
  const refused = filterItems(ctx, step, foreach, records, envs, filtered);
  if (refused !== undefined) return refused;
  if (watches(ctx, "step.skipped", step.id)) await tellFiltered(ctx, step, filtered);
  const deadlineAt = deadlineOf(ctx, foreach, record);
  const all = { ctx, step, foreach, records, envs, deadlineAt, cancel: cancel.child() };
  const outcome = await runItems(all);
  if (outcome.status !== "succeeded") return outcome;
  const join = await fireMoment(place, "fork.join", outcome.output, { output: outcome.output });
  return join.kind === "end" ? join.outcome : joined(join, outcome);
}

/** Counts from the first time that the items begin; kept, so that a continued run does not grant the time anew. */
function deadlineOf(
  ctx: RunContext,
  { complete }: PlanForeach,
  record: StepRecord,
): number | undefined {
  if (typeof complete !== "object" || complete.deadlineMs === undefined) return undefined;
  if (!isAtLeast(ctx, 3)) return undefined;
  record.deadlineAt ??= ctx.effects.now() + complete.deadlineMs;
  return record.deadlineAt;
}

/** Asked for again, in the next execution or for an operator, what state or a hook gave could be something else. */
function keepList(
  ctx: RunContext,
  { items }: PlanForeach,
  record: StepRecord,
  { given, list }: { readonly given: List; readonly list: List },
): void {
  if (!keepsInterrupted(ctx) || record.items !== undefined) return;
  const readsState = "state" in narrowScope({ state: null }, items);
  if (given !== list || readsState) record.list = list.items;
}

function joined({ output }: Extract<Moment, { kind: "goOn" }>, outcome: Settled): Settled {
  return output === undefined ? outcome : { status: "succeeded", output };
}

interface List {
  readonly items: readonly JsonValue[];
}

function listOf(
  ctx: RunContext,
  step: PlanStep,
  foreach: PlanForeach,
  { list }: StepRecord,
  env: Environment,
): Settled | List {
  if (list !== undefined) return { items: list };
  const items = attempt(() => evaluateIn(ctx, foreach.items, env));
  if (!items.ok) return failed("ExpressionFailed", `${step.id}: foreach: ${items.message}`);
  return checkItems(step, items.value);
}

function checkItems(step: PlanStep, items: JsonValue): Settled | List {
  if (!isJsonArray(items)) {
    const shown = JSON.stringify(items).slice(0, 200);
    return failed("ForeachInvalid", `${step.id}: foreach needs a list, got ${shown}`);
  }
  const count = items.length;
  if (count > MAX_ITEMS)
    return failed(
      "ForeachInvalid",
      `${step.id}: foreach over ${String(count)} items; at most ${String(MAX_ITEMS)} are allowed`,
    );
  return { items };
}

function itemEnvironment(env: Environment, item: JsonValue, index: number): Environment {
  const path = env.path === "" ? String(index) : `${env.path}.${String(index)}`;
  return { parent: env, record: env.record, ids: env.ids, item, index, path };
}

async function tellFiltered(
  ctx: RunContext,
  step: PlanStep,
  filtered: readonly Environment[],
): Promise<void> {
  for (const { path } of filtered)
    await fireForEnding(ctx, "step.skipped", step, path, { reason: FILTERED });
}

const FILTERED = "its item was filtered out";

/** `when` is asked once per item, before any item begins. Returns the step's failure when asking fails. */
function filterItems(
  ctx: RunContext,
  step: PlanStep,
  foreach: PlanForeach,
  records: readonly StepRecord[],
  envs: readonly Environment[],
  filtered: Environment[],
): Settled | undefined {
  const { when } = foreach;
  if (when === undefined) return undefined;
  for (const [index, record] of records.entries()) {
    const env = envs[index];
    if (env === undefined || isSettled(record.status) || record.entered === true) continue;
    const verdict = holds(ctx, when, env, `${step.id}: foreach.when`);
    if (typeof verdict !== "boolean") return verdict;
    if (verdict) record.entered = true;
    else {
      applyOutcome(record, { status: "skipped", reason: FILTERED }, ctx.effects.now());
      filtered.push(env);
      ctx.report.note(factsOf(step), env.path, record);
    }
  }
  return undefined;
}
