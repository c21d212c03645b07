import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { EventSignal } from "../../messages.ts";
import type { Instance } from "../instance.ts";
import { failed, type Settled } from "../state.ts";
import { toJson } from "../to-json.ts";

/** Publishes an event; its id is derived from the run, so that a replay publishes the same event. */
export function performEmit(instance: Instance, input: JsonValue): Settled {
  const { ctx, step } = instance;
  if (!isJsonObject(input) || typeof input["type"] !== "string" || input["type"] === "")
    return failed(
      "InputInvalid",
      `step ${step.id}: an event needs a type, got ${JSON.stringify(input)}`,
    );
  ctx.sequence += 1;
  const event: EventSignal = {
    id: `${ctx.identity.workflowId}/${ctx.identity.firstRunId}/event/${String(ctx.sequence)}`,
    type: input["type"],
    time: new Date(ctx.effects.now()).toISOString(),
    data: input["data"] ?? null,
    ...(typeof input["correlation"] === "string" ? { correlation: input["correlation"] } : {}),
  };
  ctx.mailbox.deliver(event);
  return { status: "succeeded", output: toJson(event) };
}
