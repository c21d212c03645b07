import { Context } from "@temporalio/activity";

import type { JsonValue } from "../core/index.ts";
import { evaluate } from "../expressions/index.ts";
import type { StepFacts, StepResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { fail } from "./failure.ts";
import { checkSchema } from "../patterns/json-schema.ts";
import { redactorOf } from "./redaction.ts";
import { storeIfLarge } from "./store-output.ts";

/**
 * From the raw result of a step to what is recorded: the step's own mapping, its schema, then the size limit. In this
 * order, so that a mapping that picks a little of a large result keeps the run small.
 */
export async function finishStep(
  given: JsonValue,
  facts: StepFacts,
  deps: ActivityDeps,
): Promise<StepResult> {
  const raw = redactorOf(deps).known(given);
  const mapped =
    facts.output === undefined
      ? raw
      : evaluate(facts.output.template, { ...facts.output.scope, output: raw });
  const checked = checkOutput(mapped, facts);
  return {
    output: await storeIfLarge(checked, deps.registry),
    attempts: Context.current().info.attempt,
  };
}

/**
 * The output with the schema's defaults filled in.
 * @throws ApplicationFailure `OutputInvalid` with every problem
 */
export function checkOutput(
  output: JsonValue,
  { step, outputSchema }: Pick<StepFacts, "step" | "outputSchema">,
): JsonValue {
  if (outputSchema === undefined) return output;
  const verdict = checkSchema(outputSchema, output);
  if (verdict.ok) return verdict.value;
  const list = verdict.problems.map(({ path, message }) => `${path || "(root)"} ${message}`);
  throw fail(
    "OutputInvalid",
    `The output of step ${JSON.stringify(step)} does not fit its outputSchema: ${list.join("; ")}`,
    { problems: verdict.problems },
  );
}
