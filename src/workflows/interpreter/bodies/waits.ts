import { isJsonObject, parseDuration, type JsonValue } from "../../../core/index.ts";
import type { Body } from "../../../patterns/plan.ts";
import type { EventSignal } from "../../messages.ts";
import { holds } from "../conditions.ts";
import { isAtLeast, keepInBackground } from "../context.ts";
import { matchesEventGlob } from "../../../core/index.ts";
import type { Instance } from "../instance.ts";
import { failed, type Settled } from "../state.ts";
import { toJson } from "../to-json.ts";
import { letGo, waitUntil } from "../waiting.ts";
import { tellsOnce, watches } from "../watches.ts";

type WaitBody = Extract<Body, { readonly kind: "wait" }>;
type WaitForBody = Extract<Body, { readonly kind: "waitFor" }>;

/** A durable timer. A moment in the past is over at once. */
export async function performWait(
  instance: Instance,
  body: WaitBody,
  input: JsonValue,
): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  const wanted = isJsonObject(input) && input["until"] !== undefined ? input["until"] : input;
  const until = body.until || wanted !== input;
  const end = until ? momentOf(wanted) : durationEnd(wanted, ctx.effects.now());
  if (end === undefined)
    return failed(
      "WaitInvalid",
      `step ${step.id}: expected a ${until ? "timestamp" : "duration of zero or more"}, got ${JSON.stringify(wanted)}`,
    );
  record.deadlineAt ??= end;
  const ended = await waitUntil(
    instance,
    record.deadlineAt,
    `${step.id} wait`,
    new Date(end).toISOString(),
  );
  if (ended === "expired")
    return { status: "succeeded", output: new Date(record.deadlineAt).toISOString() };
  return letGo(ended, cancel);
}

function durationEnd(value: JsonValue, now: number): number | undefined {
  const parsed = parseDuration(value);
  return parsed.ok ? now + parsed.value : undefined;
}

/** ISO 8601 text or epoch milliseconds. `Date.parse` of a fixed text is the same everywhere. */
function momentOf(value: JsonValue): number | undefined {
  const at =
    typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isFinite(at) ? at : undefined;
}

/** Waits for an event, published in this run or signalled to it, whose type and `match` fit. */
export async function performWaitFor(instance: Instance, body: WaitForBody): Promise<Settled> {
  const { ctx, step, record, cancel } = instance;
  if (body.timeoutMs !== undefined) record.deadlineAt ??= ctx.effects.now() + body.timeoutMs;
  let found: EventSignal | undefined;
  let failure: Settled | undefined;
  const asked: Promise<void>[] = [];
  const ended = await waitUntil(
    instance,
    record.deadlineAt,
    `${step.id} waits for ${body.event}`,
    `event ${body.event}`,
    (wake) => {
      const end = (outcome: Settled): void => {
        failure = outcome;
        wake();
      };
      const look = (event: EventSignal): void => {
        if (found !== undefined || failure !== undefined) return;
        if (!matchesEventGlob(body.event, event.type) || ctx.mailbox.wasTaken(step.id, event))
          return;
        const verdict = body.match === undefined ? true : fits(instance, body, event);
        if (typeof verdict !== "boolean") {
          const asking = refuseEvent(instance, event, verdict, end);
          if (asking !== undefined) asked.push(asking);
          return;
        }
        if (!verdict) return;
        found = event;
        // At once, so that an event wakes one instance of the step, the one that has waited longest.
        if (isAtLeast(ctx, 1)) ctx.mailbox.take(step.id, event);
        wake();
      };
      for (const event of ctx.mailbox.events) look(event);
      return ctx.mailbox.onEvent(look);
    },
  );
  // What is being asked is answered here: the next execution of the run would ask again.
  if (ended === "suspended" && asked.length > 0 && tellsOnce(ctx)) await Promise.all(asked);
  if (failure !== undefined) return failure;
  if (found !== undefined) {
    ctx.mailbox.take(step.id, found);
    return { status: "succeeded", output: toJson(found) };
  }
  if (ended !== "expired") return letGo(ended, cancel);
  return body.onTimeout === "continue"
    ? { status: "succeeded", output: null }
    : failed("WaitTimedOut", `step ${step.id}: no event ${body.event} arrived in time`);
}

/**
 * A `match` that cannot be asked of an event ends the wait, unless a hook says to wait for the next one: then the step is
 * done with the event, also in the next execution of the run.
 */
function refuseEvent(
  instance: Instance,
  event: EventSignal,
  failure: Settled,
  end: (outcome: Settled) => void,
): Promise<void> | undefined {
  const { ctx, step, env, cancel } = instance;
  if (!watches(ctx, "event.handlerError") || failure.status !== "failed") {
    end(failure);
    return undefined;
  }
  ctx.sequence += 1;
  const subject = {
    key: env.path === "" ? step.id : `${step.id}[${env.path}]`,
    moment: String(ctx.sequence),
    input: toJson(event),
    data: { type: event.type, event: toJson(event), step: step.id, error: { ...failure.error } },
    attempt: 1,
  };
  const asked = ctx.ports.fire(ctx, "event.handlerError", undefined, () => subject, cancel);
  const decide = async (): Promise<void> => {
    const result = await asked;
    if (result?.decision.outcome !== "retry") end(result?.failure ?? failure);
    else if (tellsOnce(ctx)) ctx.mailbox.take(step.id, event);
  };
  const decided = decide();
  keepInBackground(ctx, decided);
  return decided;
}

function fits(instance: Instance, body: WaitForBody, event: EventSignal): boolean | Settled {
  const { ctx, step, env } = instance;
  return body.match === undefined
    ? true
    : holds(ctx, body.match, env, `${step.id}: match`, {
        event: {
          type: event.type,
          data: event.data ?? null,
          correlation: event.correlation ?? null,
        },
      });
}
