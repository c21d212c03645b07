import { nearest, type ErrorInfo, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HandlerContext } from "../context.ts";
import { defineHandler, type HandlerDefinition } from "../define-handler.ts";
import { executeDefinition } from "../function-handler.ts";
import { createMemoryHookStore } from "../memory-hook-store.ts";
import type { HandlerReply } from "../reply.ts";
import type { Builtin, BuiltinHandler } from "./builtin.ts";
import { BUILTINS, findBuiltin } from "./library.ts";

/** Where no database is at hand, what a builtin remembers lives as long as the process. */
const PROCESS_STORE = createMemoryHookStore();

/** Runs a hook that comes with Heddle, by the rules of every function: timeout, cancellation, failures as replies. */
export async function executeBuiltin(
  handler: BuiltinHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  const builtin = findBuiltin(handler.builtin);
  if (builtin === undefined) return refuse("HandlerNotFound", unknownBuiltin(handler.builtin));
  // as: only the hook executor calls builtins, with an event
  const event = payload as unknown as HookEvent;
  if (builtin.points?.includes(event.point) === false)
    return refuse(
      "HandlerMisplaced",
      `The builtin ${builtin.name} does nothing at ${event.point}. Register it on ${builtin.points.join(", ")}.`,
    );
  const options = builtin.options.safeParse(handler.options ?? {});
  if (!options.success) {
    const list = options.error.issues.map(
      ({ path, message }) => `${["options", ...path].map(String).join(".")}: ${message}`,
    );
    return refuse(
      "HandlerInputInvalid",
      `The builtin ${builtin.name} cannot use its options: ${list.join("; ")}`,
    );
  }
  return executeDefinition(definitionOf(builtin, event, options.data, context), payload, context);
}

function definitionOf(
  builtin: Builtin,
  event: HookEvent,
  options: unknown,
  context: HandlerContext,
): HandlerDefinition {
  return defineHandler(builtin.name, {}, (_payload, { signal }) =>
    builtin.run({
      event,
      options: options as never, // as: they have passed the schema that gives `run` their type
      store: context.store ?? PROCESS_STORE,
      context,
      signal,
      now: Date.now(),
    }),
  );
}

function unknownBuiltin(name: string): string {
  const names = BUILTINS.map((each) => each.name);
  const near = nearest(name, names);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return `No builtin hook is called ${JSON.stringify(name)}.${hint} There are: ${names.join(", ")}.`;
}

function refuse(type: string, message: string): HandlerReply {
  const error: ErrorInfo = { type, message };
  return { kind: "failed", error, timedOut: false, ms: 0 };
}
