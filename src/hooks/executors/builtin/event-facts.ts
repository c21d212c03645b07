import { defined, type JsonObject } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";

/** One line: the point and what it is about. */
export function describeEvent(event: HookEvent): string {
  const subject = componentOf(event);
  const ms = event.step?.durationMs;
  const error = event.step?.error?.["message"];
  return [
    `${event.point} ${subject}`,
    ...(ms === undefined ? [] : [`${String(ms)} ms`]),
    ...(typeof error === "string" ? [error] : []),
  ].join(": ");
}

/** What an event is about: the step, with its instance, or the run. */
export function componentOf({ step, run }: HookEvent): string {
  if (step === undefined) return run.pattern;
  return step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
}

/** The values that travel with an event. */
export function eventFacts({ step, run, data }: HookEvent): JsonObject {
  return defined({
    input: step === undefined ? run.input : step.input,
    output: step?.output,
    error: step?.error,
    reason: step?.reason,
    data,
  });
}
