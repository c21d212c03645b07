import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { Settled } from "./state.ts";

/** Where a moment inside a step happens. */
export interface Place {
  readonly ctx: RunContext;
  readonly step: PlanStep;
  readonly env: Environment;
  readonly cancel: Canceller;
}

/** What the hooks of a moment made of it: its value, or the end of the step. */
export type Moment =
  | { readonly kind: "goOn"; readonly input: JsonValue; readonly output?: JsonValue }
  | { readonly kind: "end"; readonly outcome: Settled };

/**
 * Fires a point inside a step: a branch, an iteration, a fork. `input` is what `modify` may rewrite; a `replace` is given
 * back as `output`.
 */
export async function fireMoment(
  { ctx, step, env, cancel }: Place,
  point: string,
  input: JsonValue,
  data: JsonObject,
  moment?: string,
): Promise<Moment> {
  const result = await ctx.ports.fire(
    ctx,
    point,
    step.id,
    () => ({
      key: env.path === "" ? step.id : `${step.id}[${env.path}]`,
      data,
      input,
      attempt: 1,
      ...(moment === undefined ? {} : { moment }),
      step: {
        id: step.id,
        kind: step.body.kind,
        tool: step.tool,
        attempt: 1,
        input,
        ...(env.path === "" ? {} : { instance: env.path }),
      },
    }),
    cancel,
  );
  if (result === undefined) return { kind: "goOn", input };
  if (result.failure !== undefined) return { kind: "end", outcome: result.failure };
  return result.decision.outcome === "replace"
    ? { kind: "goOn", input: result.input, output: result.decision.output }
    : { kind: "goOn", input: result.input };
}
