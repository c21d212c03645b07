import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import { haltRun } from "../context.ts";
import type { Instance } from "../instance.ts";
import { errorInfo, type Settled } from "../state.ts";

/** Fails the step with the author's own error type. */
export function performFail(
  body: Extract<Body, { readonly kind: "fail" }>,
  input: JsonValue,
): Settled {
  const given = isJsonObject(input) ? input : {};
  const { message, details } = given;
  return {
    status: "failed",
    error: errorInfo(
      body.type,
      typeof message === "string" ? message : JSON.stringify(message ?? body.type),
      details === null ? undefined : details,
    ),
  };
}

/** Ends the run now, as succeeded; what still runs is cancelled. */
export function performStop(instance: Instance, input: JsonValue): Settled {
  haltRun(instance.ctx, { kind: "stop", output: input });
  return { status: "succeeded", output: input };
}
