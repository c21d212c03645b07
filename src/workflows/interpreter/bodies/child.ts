import { defined, type JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import { EffectCancelled, EffectFailure } from "../effects.ts";
import type { Instance } from "../instance.ts";
import { activityId } from "../performance.ts";
import { failed, type Settled } from "../state.ts";

/** Patterns inside patterns, however they are written: deeper than this is a mistake. */
const DEEPEST = 50;

/** Runs another pattern as a child workflow; its result is the step's output. */
export async function performChild(
  instance: Instance,
  body: Extract<Body, { readonly kind: "pattern" }>,
  input: JsonValue,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  const [pattern = "", range] = body.pattern.split("@");
  const version = ctx.children[body.pattern] ?? range;
  const { session, workspace, origin } = ctx.facts;
  const depth = ctx.depth + 1;
  const limit = Math.min(body.maxDepth ?? DEEPEST, DEEPEST);
  if (depth > limit)
    return failed(
      "LimitExceeded",
      `step ${step.id}: ${body.pattern} would be ${String(depth)} patterns deep; at most ${String(limit)} are allowed`,
    );
  record.attempts += 1;
  try {
    const output = await ctx.effects.child(
      {
        id: `${ctx.identity.workflowId}/${activityId(instance, undefined)}`,
        pattern,
        input,
        options: {
          ...defined({ version, session, origin }),
          correlation: ctx.facts.correlation ?? ctx.identity.workflowId,
          workspace,
          depth,
        },
        summary: `${step.name ?? step.id} (${body.pattern})`,
      },
      cancel,
    );
    return { status: "succeeded", output };
  } catch (error) {
    if (error instanceof EffectCancelled) return { status: "cancelled", reason: cancel.reason };
    if (!(error instanceof EffectFailure)) throw error;
    return failed(error.type, error.message, error.details);
  }
}
