import { isJsonObject } from "../core/index.ts";
import type { Backoff } from "../hooks/index.ts";

/** The backoff that an activity's input carries, if it carries one: a step's, or that of its hook. */
export function backoffOf(input: unknown): Backoff | undefined {
  if (!isJsonObject(input)) return undefined;
  const { backoff, hook } = input;
  // as: built by the interpreter from the plan's policy
  if (isJsonObject(backoff)) return backoff as unknown as Backoff;
  const retry = isJsonObject(hook) ? hook["retry"] : undefined;
  if (!isJsonObject(retry)) return undefined;
  const policy = retry as unknown as Backoff; // as: part of a hook, as its registration was normalized
  const isTemporals =
    (policy.backoff ?? "exponential") === "exponential" && (policy.jitter ?? "none") === "none";
  return isTemporals ? undefined : policy;
}
