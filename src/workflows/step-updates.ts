import { ApplicationFailure, defineUpdate, patched, setHandler } from "@temporalio/workflow";

import { isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import { checkOutput } from "./interpreter/check-output.ts";
import type { RunContext } from "./interpreter/context.ts";
import type { Settled } from "./interpreter/state.ts";
import { carryOut, findTarget, type OrderKind } from "./interpreter/steering.ts";
import { UPDATES, type StepOrder, type StepOrderAnswer } from "./messages.ts";

const ORDERS = [
  ["retry", UPDATES.retryStep],
  ["skip", UPDATES.skipStep],
  ["complete", UPDATES.completeStep],
] as const;

/** `retryStep`, `skipStep`, `completeStep`: an operator takes a step of a running run into their own hands. */
export function setStepUpdates(run: () => RunContext | undefined): void {
  for (const [kind, update] of ORDERS)
    setHandler(
      defineUpdate<StepOrderAnswer, [JsonValue]>(update),
      (value) => {
        const { ctx, order, target } = resolve(run(), kind, value);
        const { outputSchema } = target;
        // Runs whose steps were completed before outputs were checked replay as they went.
        if (kind === "complete" && outputSchema !== undefined && patched("complete-checks-output"))
          return completeChecked({ ctx, order, outputSchema });
        return carryOut(ctx, kind, order, target);
      },
      {
        validator: (value: JsonValue) => {
          resolve(run(), kind, value);
        },
      },
    );
}

interface Given {
  readonly ctx: RunContext;
  readonly order: StepOrder;
  readonly outputSchema: JsonObject;
}

/** What an operator gives has to fit as what the step itself gives would; refused with what is wrong. */
async function completeChecked({ ctx, order, outputSchema }: Given): Promise<StepOrderAnswer> {
  const checked = await checkOutput(ctx, order.step, order.output ?? null, outputSchema);
  if (checked.status === "failed") throw refused(`completeStep: ${checked.error.message}`);
  // The step went on while its output was looked at, and may be over.
  const target = findTarget(ctx, "complete", order);
  if (typeof target === "string") throw refused(target);
  return carryOut(ctx, "complete", { ...order, ...outputOf(checked) }, target);
}

function outputOf(outcome: Settled): { readonly output?: JsonValue } {
  return outcome.status === "succeeded" ? { output: outcome.output } : {};
}

function resolve(ctx: RunContext | undefined, kind: OrderKind, value: JsonValue) {
  const order = readOrder(value);
  if (typeof order === "string") throw refused(`${kind}Step: ${order}`);
  if (ctx === undefined) throw refused(`${kind}Step: the run is still loading its plan; try again`);
  const target = findTarget(ctx, kind, order);
  if (typeof target === "string") throw refused(target);
  return { ctx, order, target };
}

/** Checked by hand: no schema library inside the sandbox. */
function readOrder(value: JsonValue): StepOrder | string {
  if (typeof value === "string" && value !== "") return { step: value };
  if (!isJsonObject(value))
    return `expected { step, by?, reason?, output? }, got ${JSON.stringify(value)}`;
  const { step, by, reason, output } = value;
  if (typeof step !== "string" || step === "")
    return `expected step to be a step's id, got ${JSON.stringify(step)}`;
  return {
    step,
    ...(typeof by === "string" ? { by } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...(output === undefined ? {} : { output }),
  };
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: "InputInvalid", message, nonRetryable: true });
}
