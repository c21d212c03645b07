import { ApplicationFailure } from "@temporalio/workflow";

import { isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";
import type { SessionEnd } from "./messages.ts";
import type { SessionMemory } from "./session-state.ts";

/** What the client and the session's earlier self give it. */
export interface SessionArguments {
  readonly session: string;
  readonly carry?: SessionMemory;
}

/**
 * Anybody can start a workflow of this type: what they forgot must fail the session, not its workflow task, and what only
 * the session hands to itself is taken from nobody else.
 */
export function readArguments(
  given: JsonValue | undefined,
  isContinued: boolean,
): SessionArguments {
  if (!isJsonObject(given) || typeof given["session"] !== "string" || given["session"] === "")
    throw refused(
      "InputInvalid",
      `A session is started with { "session": "<its id>" }, not with ${JSON.stringify(given ?? null)}. Use: heddle session start ID`,
    );
  const { session, carry } = given;
  if (carry === undefined || carry === null) return { session };
  const problem = isContinued
    ? findProblem(carry, session)
    : "this session does not continue another one";
  if (problem !== undefined)
    throw refused(
      "CarryInvalid",
      `"carry" is what a session that continues as new hands to itself: ${problem}. Start a session with { "session": "<its id>" } only.`,
    );
  return { session, carry: carry as unknown as SessionMemory }; // as: written by the execution before
}

function findProblem(carry: JsonValue, session: string): string | undefined {
  if (!isJsonObject(carry)) return `it is ${JSON.stringify(carry).slice(0, 100)}, not an object`;
  if (carry["session"] !== session) return "it was written by another session";
  const isWhole =
    isJsonObject(carry["state"]) &&
    LISTS.every((name) => Array.isArray(carry[name])) &&
    NUMBERS.every((name) => typeof carry[name] === "number");
  return isWhole ? undefined : "parts of it are missing";
}

const LISTS = ["checkpoints", "runs", "notes"] as const;
const NUMBERS = ["startedAt", "stateVersion"] as const;

function refused(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
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
