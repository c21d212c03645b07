import { isJsonObject, type JsonValue } from "../../core/index.ts";
import type { RunContext } from "./context.ts";

/** Points right before a step's work: what they inject is for that step, if an agent does it. */
const FOR_THE_STEP = new Set(["step.validate", "step.authorize", "step.allocate", "step.before"]);

/** What is to be told to an agent, as it waits in the run and as the agent gets it. */
export interface PendingInjection {
  readonly content: JsonValue;
  readonly strategy: "tool_result" | "user_message";
  /** Who injected it; absent when it came by signal. */
  readonly hook?: string;
  readonly point?: string;
  /** The step it came from. */
  readonly step?: string;
  /** The only step instance that may have it. */
  readonly for?: string;
}

/** The injections of a hook, with where they came from. */
export function describeInjection(
  injection: Omit<PendingInjection, "point" | "step" | "for">,
  point: string,
  step: { readonly key: string; readonly kind: string } | undefined,
): JsonValue {
  return {
    ...injection,
    point,
    ...(step === undefined ? {} : { step: step.key }),
    ...(step?.kind === "agent" && FOR_THE_STEP.has(point) ? { for: step.key } : {}),
  };
}

/** What a signal brings: a text, or an object with `content` and, if it is to be a tool's result, `strategy`. */
export function readInjection(value: JsonValue): JsonValue {
  if (!isJsonObject(value) || value["content"] === undefined)
    return { content: value, strategy: "user_message" };
  const strategy = value["strategy"] === "tool_result" ? "tool_result" : "user_message";
  return { ...value, strategy };
}

/** Takes what waits for a step instance, oldest first. It is delivered once the agent has answered. */
export function takeInjections(ctx: RunContext, key: string): readonly JsonValue[] {
  const { injections } = ctx.mailbox;
  if (injections.length === 0) return NONE;
  const isMine = (injection: JsonValue): boolean => {
    const only = isJsonObject(injection) ? injection["for"] : undefined;
    return only === undefined || only === key;
  };
  const mine = injections.filter(isMine);
  injections.splice(0, injections.length, ...injections.filter((each) => !isMine(each)));
  return mine;
}

const NONE: readonly JsonValue[] = [];

/** What the agent sees of it: whom it waited for is the run's own business. */
export function asDelivered(injection: JsonValue): JsonValue {
  if (!isJsonObject(injection)) return injection;
  const { for: _only, ...told } = injection;
  return told;
}

/** An agent that did not answer has not been told: the next one gets it. */
export function giveBackInjections(ctx: RunContext, taken: readonly JsonValue[]): void {
  ctx.mailbox.injections.unshift(...taken);
}
