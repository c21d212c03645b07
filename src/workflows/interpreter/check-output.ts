import type { JsonObject, JsonValue } from "../../core/index.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import { EffectFailure } from "./effects.ts";
import { STORE_POLICY } from "./spill.ts";
import { failed, type Settled } from "./state.ts";

/** A schema is checked outside the sandbox, where there is a validator; large outputs come back by reference. */
export async function checkOutput(
  ctx: RunContext,
  step: string,
  output: JsonValue,
  outputSchema: JsonObject,
): Promise<Settled> {
  ctx.sequence += 1;
  try {
    const checked = await ctx.effects.activity(
      {
        type: "checkOutput",
        id: `checkOutput:${String(ctx.sequence)}`,
        input: { step, output, outputSchema },
        summary: `check the output of ${step}`,
        dispatch: "local",
        policy: STORE_POLICY,
      },
      createCanceller(),
    );
    return { status: "succeeded", output: checked as JsonValue }; // as: the contract's `checkOutput`
  } catch (error) {
    if (!(error instanceof EffectFailure)) throw error;
    return failed(error.type, error.message, error.details);
  }
}
