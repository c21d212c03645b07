import type { JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import { EffectCancelled, EffectFailure } from "../effects.ts";
import type { Instance } from "../instance.ts";
import { activityId } from "../performance.ts";
import { failed, type Settled } from "../state.ts";

/** Runs another pattern as a child workflow; its result is the step's output. */
export async function performChild(
  instance: Instance,
  body: Extract<Body, { readonly kind: "pattern" }>,
  input: JsonValue,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  const [pattern = "", version] = body.pattern.split("@");
  const { session, workspace } = ctx.facts;
  record.attempts += 1;
  try {
    const output = await ctx.effects.child(
      {
        id: `${ctx.identity.workflowId}/${activityId(instance, undefined)}`,
        pattern,
        input,
        options: {
          ...(version === undefined ? {} : { version }),
          ...(session === undefined ? {} : { session }),
          workspace,
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
