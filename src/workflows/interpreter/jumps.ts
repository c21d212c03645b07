import type { ForkOperation } from "../../hooks/index.ts";
import { extendOrigin } from "../../hooks/origin.ts";
import { performApart } from "./alternatives.ts";
import { attempt } from "./conditions.ts";
import { keepInBackground, type RunContext } from "./context.ts";
import { EffectCancelled, EffectFailure } from "./effects.ts";
import type { Instance } from "./instance.ts";
import { perform, prepareInput } from "./perform.ts";
import { refusalOf } from "./security.ts";
import { failed, type Settled } from "./state.ts";

/** Counts a jump against the run's budget: nothing that hooks do may go round for ever. */
function spendJump(ctx: RunContext, step: string): Settled | undefined {
  ctx.jumps += 1;
  if (ctx.jumps <= ctx.plan.maxJumps) return undefined;
  return failed(
    "JumpLimit",
    `step ${step}: hooks jumped more than ${String(ctx.plan.maxJumps)} times in this run`,
  );
}

/** Carries another step's body out instead of this one's; its output becomes this step's. */
export async function redirectTo(instance: Instance, target: string): Promise<Settled> {
  const { ctx, step, env } = instance;
  const spent = spendJump(ctx, step.id);
  if (spent !== undefined) return spent;
  const other = ctx.steps.get(target);
  if (other === undefined)
    return failed(
      "JumpInvalid",
      `step ${step.id}: a hook redirected to ${target}, which is no step`,
    );
  const refused = refusalOf(ctx, target);
  if (refused !== undefined) return refused;
  const input = attempt(() => prepareInput(ctx, other.body, env));
  if (!input.ok) return failed("ExpressionFailed", `${target}: ${input.message}`);
  return performApart(instance, "redirected", (apart) =>
    perform(apart, other.body, input.value, { ...other, suffix: `redirect:${target}` }),
  );
}

/** Ends this step as skipped; its scope goes on at the target. */
export function skipTo({ ctx, step }: Instance, target: string, by: string): Settled {
  if (step.foreach !== undefined)
    return failed("JumpInvalid", `step ${step.id}: a hook cannot jump out of a foreach`);
  return (
    spendJump(ctx, step.id) ?? {
      status: "skipped",
      reason: `hook ${by} went on at ${target}`,
      jumpTo: target,
    }
  );
}

/** Starts child runs beside the step; they are awaited before the run closes, and how they end is reported. */
export function fork(instance: Instance, operations: readonly ForkOperation[], by: string): void {
  const { ctx, step, env } = instance;
  for (const operation of operations) {
    ctx.sequence += 1;
    const id = `${ctx.identity.workflowId}/fork/${operation.id}/${String(ctx.sequence)}`;
    const [pattern = "", version] = operation.pattern.split("@");
    const { workspace, session } = ctx.facts;
    const child = ctx.effects.child(
      {
        id,
        pattern,
        input: operation.input ?? null,
        options: {
          workspace,
          correlation: ctx.facts.correlation ?? ctx.identity.workflowId,
          origin: extendOrigin(ctx.facts.origin, ctx.plan.name, by),
          ...(version === undefined ? {} : { version }),
          ...(session === undefined ? {} : { session }),
        },
        summary: `${step.id} fork ${operation.id} (${operation.pattern})`,
      },
      ctx.root,
    );
    const report = (outcome: string, message?: string): void => {
      ctx.report.hook({
        point: "fork",
        step: step.id,
        ...(env.path === "" ? {} : { instance: env.path }),
        name: by,
        outcome: `${operation.id}: ${outcome}`,
        ms: 0,
        attempts: 1,
        ...(message === undefined ? {} : { message }),
      });
    };
    keepInBackground(
      ctx,
      child.then(
        () => {
          report("succeeded");
        },
        (error: unknown) => {
          if (error instanceof EffectCancelled) report("cancelled");
          else if (error instanceof EffectFailure) report("failed", error.message);
          else throw error;
        },
      ),
    );
  }
}
