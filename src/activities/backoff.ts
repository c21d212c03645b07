import { isJsonObject } from "../core/index.ts";
import type { Backoff } from "../hooks/index.ts";

/** The backoff that an activity's input carries, if it carries one. */
export function backoffOf(input: unknown): Backoff | undefined {
  if (!isJsonObject(input) || !isJsonObject(input["backoff"])) return undefined;
  return input["backoff"] as unknown as Backoff; // as: built by the interpreter from the plan's policy
}
