import type { StepResult } from "../../activities/contract.ts";
import { armCompensation, completeCompensation } from "./alternatives.ts";
import { describePlainCall, endOfActivity, prepareActivity } from "./bodies/activity.ts";
import { attempt, holds } from "./conditions.ts";
import type { ActivityBody } from "../../patterns/plan-input.ts";
import { isAtLeast } from "./context.ts";
import type { Instance } from "./instance.ts";
import { factsOf } from "./node.ts";
import type { Settled } from "./state.ts";

/**
 * Runs a step that is one activity and nothing around it, as most are: what the ordinary way comes to with a dozen promises
 * fewer. Inside the sandbox each is tracked and costs tens of microseconds. Nothing where the step needs the ordinary way,
 * and nothing is done then.
 */
export function runPlainStep(instance: Instance): Promise<Settled> | undefined {
  const { ctx, step, record, env } = instance;
  if (step.foreach !== undefined || !mayEnter(instance)) return undefined;
  const running = runPlainInstance(instance);
  if (running === undefined) return undefined;
  record.entered = true;
  delete record.deadlineAt;
  record.status = "running";
  ctx.report.note(factsOf(step), env.path, record);
  return running;
}

function mayEnter({ ctx, step, record, env }: Instance): boolean {
  return (
    record.entered === true || step.if === undefined || holds(ctx, step.if, env, step.id) === true
  );
}

/** The same for one instance, whose condition held. */
export function runPlainInstance(instance: Instance): Promise<Settled> | undefined {
  const { ctx, record, env, cancel } = instance;
  const body = plainBodyOf(instance);
  if (body === undefined) return undefined;
  const input = attempt(() => record.prepared ?? prepareActivity(ctx, body, env));
  const call = input.ok ? describePlainCall(instance, body, input.value) : undefined;
  if (!input.ok || call === undefined) return undefined;
  record.prepared = input.value;
  armCompensation(instance, input.value);
  return ctx.effects.activity(call, cancel).then(
    (brought) => {
      const { output, attempts } = brought as StepResult; // as: the contract of the step activities
      record.attempts += attempts;
      completeCompensation(instance, output);
      return { status: "succeeded", output };
    },
    (error: unknown) => {
      const end = endOfActivity(instance, error);
      return cancel.cancelled ? { status: "cancelled", reason: cancel.reason } : end;
    },
  );
}

/** No hooks, no lock, no cache, no fallback; and no agent: those hand work on and are told things. */
function plainBodyOf({ ctx, step, record }: Instance): ActivityBody | undefined {
  const { body } = step;
  const isPlain =
    isAtLeast(ctx, 3) &&
    record.supplied === undefined &&
    ctx.hooks.steps[step.id] === undefined &&
    step.lock === undefined &&
    step.cache === undefined &&
    step.fallback === undefined;
  return isPlain && (body.kind === "run" || body.kind === "http" || body.kind === "call")
    ? body
    : undefined;
}
