import { isJsonArray, type JsonValue } from "../../core/index.ts";
import type { Hook, HookEvent } from "../hook.ts";
import type { HandlerContext } from "./context.ts";
import { executeHandler } from "./execute-handler.ts";
import { bounded, readHookReply, type HookReading } from "./hook-reply.ts";
import type { HandlerReply } from "./reply.ts";

/**
 * Asks a hook about several events at once: it gets a list of events where it would get one. It may answer with a list of
 * outcomes, one per event, or with one answer for all.
 */
export async function executeHookBatch(
  hook: Hook,
  events: readonly HookEvent[],
  context: HandlerContext,
): Promise<readonly HookReading[]> {
  const env = { ...context.env, HEDDLE_HOOK: hook.name, HEDDLE_POINT: hook.on };
  // as: events are plain JSON, which their interface cannot say
  const payload = events as unknown as JsonValue;
  const reply = await executeHandler(hook.handler, payload, { ...context, env });
  const readings = readAll(reply, events.length);
  return readings.map((reading, place) => bounded(reading, { state: events[place]?.state ?? {} }));
}

function readAll(reply: HandlerReply, count: number): readonly HookReading[] {
  const list = reply.kind === "answered" && "json" in reply.answer ? reply.answer.json : null;
  if (reply.kind !== "answered" || !isJsonArray(list)) {
    const reading = readHookReply(reply);
    return Array.from({ length: count }, () => reading);
  }
  if (list.length === count)
    return list.map((json) => readHookReply({ kind: "answered", answer: { json }, ms: reply.ms }));
  const message = `The hook answered with ${String(list.length)} outcomes to ${String(count)} events; expected one per event, or one answer for all.`;
  return Array.from({ length: count }, () => ({
    kind: "failed",
    timedOut: false,
    error: { type: "HookOutcomeInvalid", message },
  }));
}
