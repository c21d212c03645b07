import type { ChainedResult, StepResult } from "../../activities/contract.ts";
import { EffectCancelled, EffectFailure } from "./effects.ts";
import type { StepRecord } from "./state.ts";

/**
 * What a chain's activity already brought for a step: the step then ends as if it had asked for the activity itself.
 * Undefined where it has to ask.
 */
export function takeSupplied(record: StepRecord): StepResult | undefined {
  const given = record.supplied;
  if (given === undefined) return undefined;
  delete record.supplied;
  return readSupplied(given);
}

function readSupplied(given: ChainedResult): StepResult {
  switch (given.kind) {
    case "succeeded":
      return given.result;
    case "failed":
      throw new EffectFailure(
        given.error.type,
        given.error.message,
        given.error.details,
        given.attempts,
      );
    case "waiting":
    case "cancelled":
      throw new EffectCancelled();
  }
}
