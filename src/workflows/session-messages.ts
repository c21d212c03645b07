import { ApplicationFailure } from "@temporalio/workflow";

import { isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import type { SessionEnd } from "./messages.ts";
import type { SessionMemory } from "./session-state.ts";

/** What the client and the session's earlier self give it. */
export interface SessionArguments {
  readonly session: string;
  readonly carry?: SessionMemory;
}

/** Anybody can start a workflow of this type: what they forgot must fail the session, not its workflow task. */
export function readArguments(given: JsonValue | undefined): SessionArguments {
  if (isJsonObject(given) && typeof given["session"] === "string" && given["session"] !== "")
    return given as unknown as SessionArguments; // as: `carry` is written by nobody but us
  throw ApplicationFailure.create({
    type: "InputInvalid",
    message: `A session is started with { "session": "<its id>" }, not with ${JSON.stringify(given ?? null)}. Use: heddle session start ID`,
    nonRetryable: true,
  });
}

/** Messages come from anybody: what is not an object says nothing. */
export function readObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function readEnd(value: JsonValue): SessionEnd {
  const { reason, onEnd } = readObject(value);
  return {
    ...(typeof reason === "string" ? { reason } : {}),
    onEnd: onEnd === "cancel" || onEnd === "leave" ? onEnd : "wait",
  };
}
