import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import { isAtLeast, type RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import { holds } from "./conditions.ts";
import { fireForEnding } from "./endings.ts";
import { runForeach } from "./foreach.ts";
import { fireMoment } from "./moments.ts";
import { runInstance } from "./instance.ts";
import { factsOf } from "./node.ts";
import { runPlainStep } from "./plain-step.ts";
import { runReactions } from "./reactions.ts";
import { refusalOf } from "./security.ts";
import type { Failure, Settled, StepRecord } from "./state.ts";
import { readState, watchesReads } from "./state-reads.ts";
import { tellSystem, watchesSystem } from "./system-points.ts";

/** Runs one step, all its instances included, from where its record says it stands. */
export function runStep(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  record.startedAt ??= ctx.effects.now();
  const { reacts } = step;
  if (reacts !== undefined) {
    if (record.items === undefined) forgetJoin(ctx, record);
    return runReactions({ ctx, step, reacts, record, env, cancel, once: runStep });
  }
  const refused = refusalOf(ctx, step.id);
  if (refused !== undefined) return refuse(ctx, step, env, refused);
  if (watchesAround(ctx, step)) return runWatched(ctx, step, record, env, cancel);
  return runPlainStep({ ctx, step, record, env, cancel }) ?? enter(ctx, step, record, env, cancel);
}

async function enter(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  if (record.entered !== true) {
    const condition =
      step.if === undefined ? true : await decideCondition(ctx, step, step.if, env, cancel);
    if (typeof condition !== "boolean") return condition;
    if (!condition) return skipStep(ctx, step, env, "its condition does not hold");
    record.entered = true;
    forgetJoin(ctx, record);
  }
  record.status = "running";
  ctx.report.note(factsOf(step), env.path, record);
  return step.foreach === undefined
    ? runInstance(ctx, step, record, env, cancel)
    : runForeach(ctx, step, step.foreach, record, env, cancel);
}

/**
 * Ends a step that may not run. Only its condition is asked, and no hook: a hook could look at what goes in, and answer
 * in the step's place. A branch that is not taken is refused nothing.
 */
async function refuse(
  ctx: RunContext,
  step: PlanStep,
  env: Environment,
  refused: Failure,
): Promise<Settled> {
  const condition = step.if === undefined ? true : holds(ctx, step.if, env, `${step.id}: if`);
  if (typeof condition !== "boolean") return condition;
  if (!condition) return skipStep(ctx, step, env, "its condition does not hold");
  if (watchesSystem(ctx)) await tellSystem(ctx, step, env.path, refused, 0);
  return refused;
}

/** The join's deadline is met: the step's own waiting must not end by it. */
function forgetJoin(ctx: RunContext, record: StepRecord): void {
  if (isAtLeast(ctx, 3)) delete record.deadlineAt;
}

function watchesAround(ctx: RunContext, step: PlanStep): boolean {
  return watchesSystem(ctx) || watchesReads(ctx, step);
}

/** The same for a run that tells its hooks of reads of the state, of limits and of slowness. */
async function runWatched(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  const startedAt = ctx.effects.now();
  const asks = record.entered !== true && watchesReads(ctx, step);
  const seen = asks ? await readState(ctx, step, env, cancel, "condition") : env;
  if ("status" in seen) return seen;
  const outcome = await enter(ctx, step, record, seen, cancel);
  await tellSystem(ctx, step, env.path, outcome, ctx.effects.now() - startedAt);
  return outcome;
}

/** Settles a step that will not run, and tells the hooks of `step.skipped`. */
export async function skipStep(
  ctx: RunContext,
  step: PlanStep,
  env: Environment,
  reason: string,
): Promise<Settled> {
  await fireForEnding(ctx, "step.skipped", step, env.path, { reason });
  return { status: "skipped", reason };
}

/** Settles a step that was cancelled before it began, and tells the hooks of `step.cancelled`. */
export async function cancelStep(
  ctx: RunContext,
  step: PlanStep,
  env: Environment,
  reason: string,
): Promise<Settled> {
  await fireForEnding(ctx, "step.cancelled", step, env.path, { reason });
  return { status: "cancelled", reason };
}

/** The step's `if`, which hooks of `branch.evaluated` may answer differently. */
async function decideCondition(
  ctx: RunContext,
  step: PlanStep,
  asked: NonNullable<PlanStep["if"]>,
  env: Environment,
  cancel: Canceller,
): Promise<boolean | Settled> {
  const condition = holds(ctx, asked, env, `${step.id}: if`);
  if (typeof condition !== "boolean") return condition;
  const place = { ctx, step, env, cancel };
  const moment = await fireMoment(place, "branch.evaluated", condition, { condition });
  if (moment.kind === "end") return moment.outcome;
  return typeof moment.output === "boolean" ? moment.output : condition;
}
