import { defined, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { EventSignal } from "../../messages.ts";
import { isAtLeast } from "../context.ts";
import type { Instance } from "../instance.ts";
import type { PointResult, Subject } from "../ports.ts";
import { failed, type Settled } from "../state.ts";
import { toJson } from "../to-json.ts";
import { watches } from "../watches.ts";

/** Publishes an event; its id is derived from the run, so that a replay publishes the same event. */
export async function performEmit(instance: Instance, given: JsonValue): Promise<Settled> {
  const { ctx } = instance;
  const before = await fireEvent(instance, "event.beforeEmit", given);
  if (before?.failure !== undefined) return before.failure;
  const input = before?.input ?? given;
  const point = ctx.hooks.format === undefined ? undefined : pointOf(typeOf(input));
  if (point === undefined || !watches(ctx, point)) return publish(instance, input);
  const own = await fireNamed(instance, point, input);
  if (own.failure !== undefined) return own.failure;
  if (own.decision.outcome === "replace")
    return { status: "succeeded", output: own.decision.output };
  return publish(instance, isJsonObject(input) ? { ...input, data: own.input } : input);
}

async function publish(instance: Instance, input: JsonValue): Promise<Settled> {
  const { ctx } = instance;
  const type = typeOf(input);
  if (!isJsonObject(input) || type === "")
    return failed(
      "InputInvalid",
      `step ${instance.step.id}: an event needs a type, got ${JSON.stringify(input)}`,
    );
  ctx.sequence += 1;
  const event: EventSignal = {
    id: `${ctx.identity.workflowId}/${ctx.identity.firstRunId}/event/${String(ctx.sequence)}`,
    type,
    time: new Date(ctx.effects.now()).toISOString(),
    data: input["data"] ?? null,
    ...defined({ correlation: correlationOf(instance, input["correlation"]) }),
  };
  ctx.mailbox.deliver(event);
  await fireEvent(instance, "event.afterEmit", toJson(event));
  return { status: "succeeded", output: toJson(event) };
}

/** Events are correlated by text; what else an expression gives is written as JSON. Null is none. */
function correlationOf({ ctx }: Instance, given: JsonValue | undefined): string | undefined {
  if (typeof given === "string") return given;
  const isNone = given === undefined || given === null || !isAtLeast(ctx, 3);
  return isNone ? undefined : JSON.stringify(given);
}

function fireEvent(
  instance: Instance,
  point: string,
  input: JsonValue,
): Promise<PointResult | undefined> {
  const { ctx, cancel } = instance;
  return ctx.ports.fire(ctx, point, undefined, () => subjectOf(instance, input), cancel);
}

function subjectOf({ ctx, step, env, record }: Instance, input: JsonValue): Subject {
  const data = { event: input, step: step.id };
  // Runs that began without instances and types in there keep to their ids and to what their hooks match.
  if (ctx.hooks.format === undefined) return { key: step.id, data, input, attempt: 1 };
  return {
    key: env.path === "" ? step.id : `${step.id}[${env.path}]`,
    data: { ...data, type: typeOf(input) },
    input,
    attempt: record.tries ?? 1,
  };
}

/**
 * The point that an event of this type fires beside those of every event: `custom.<name>` is `custom:<name>`, and
 * `artifact.<name>` is `artifact:<name>`, which is short for `custom:artifact:<name>`.
 */
function pointOf(type: string): string | undefined {
  if (type.startsWith("custom.")) return `custom:${type.slice("custom.".length)}`;
  if (type.startsWith("artifact.")) return `custom:artifact:${type.slice("artifact.".length)}`;
  if (type === "notification" || type.startsWith("notification.")) return "notification";
  return undefined;
}

/** A point that an event is the name of: its hooks see and rewrite the event's data, not its envelope. */
async function fireNamed(
  instance: Instance,
  point: string,
  event: JsonValue,
): Promise<PointResult> {
  const { ctx, cancel } = instance;
  const data = isJsonObject(event) ? (event["data"] ?? null) : null;
  const facts: JsonObject = isJsonObject(data) ? data : { data };
  const describe = (): Subject => ({
    ...subjectOf(instance, event),
    input: data,
    data: { ...facts, step: instance.step.id },
  });
  const result = await ctx.ports.fire(ctx, point, undefined, describe, cancel);
  return result ?? { decision: { outcome: "continue" }, input: data };
}

function typeOf(event: JsonValue): string {
  return isJsonObject(event) && typeof event["type"] === "string" ? event["type"] : "";
}
