import { isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { EventSignal } from "../../messages.ts";
import type { Instance } from "../instance.ts";
import type { PointResult, Subject } from "../ports.ts";
import { failed, type Settled } from "../state.ts";
import { toJson } from "../to-json.ts";

function fireEvent(
  { ctx, step, cancel }: Instance,
  point: string,
  input: JsonValue,
): Promise<PointResult | undefined> {
  const describe = (): Subject => ({
    key: step.id,
    data: { event: input, step: step.id },
    input,
    attempt: 1,
  });
  return ctx.ports.fire(ctx, point, undefined, describe, cancel);
}

/** Publishes an event; its id is derived from the run, so that a replay publishes the same event. */
export async function performEmit(instance: Instance, given: JsonValue): Promise<Settled> {
  const { ctx, step } = instance;
  const before = await fireEvent(instance, "event.beforeEmit", given);
  if (before?.failure !== undefined) return before.failure;
  const input = before?.input ?? given;
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
  await fireEvent(instance, "event.afterEmit", toJson(event));
  return { status: "succeeded", output: toJson(event) };
}
