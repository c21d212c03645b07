import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import { holds } from "./conditions.ts";
import { fireForEnding } from "./endings.ts";
import { runForeach } from "./foreach.ts";
import { fireMoment } from "./moments.ts";
import { runInstance } from "./instance.ts";
import { factsOf } from "./node.ts";
import type { Settled, StepRecord } from "./state.ts";

/** Runs one step, all its instances included, from where its record says it stands. */
export async function runStep(
  ctx: RunContext,
  step: PlanStep,
  record: StepRecord,
  env: Environment,
  cancel: Canceller,
): Promise<Settled> {
  record.startedAt ??= ctx.effects.now();
  if (record.entered !== true) {
    const condition =
      step.if === undefined ? true : await decideCondition(ctx, step, step.if, env, cancel);
    if (typeof condition !== "boolean") return condition;
    if (!condition) return skipStep(ctx, step, env, "its condition does not hold");
    record.entered = true;
  }
  record.status = "running";
  ctx.report.note(factsOf(step), env.path, record);
  return step.foreach === undefined
    ? runInstance(ctx, step, record, env, cancel)
    : runForeach(ctx, step, step.foreach, record, env, cancel);
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
