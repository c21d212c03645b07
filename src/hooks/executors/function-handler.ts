import {
  formatDuration,
  HeddleError,
  messageOf,
  timerMs,
  type ErrorInfo,
  type JsonValue,
} from "../../core/index.ts";
import type { HandlerContext } from "./context.ts";
import type { HandlerDefinition, SchemaLike } from "./define-handler.ts";
import { timedReply, type CallEnd, type HandlerReply } from "./reply.ts";

/**
 * Calls a registered function. JavaScript cannot be killed: after a timeout or a cancellation its signal has fired and
 * its result is ignored, but a function that does not look at the signal goes on until it returns.
 */
export async function executeFunction(
  name: string,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  return timedReply(() => callByName(name, payload, context));
}

/** Calls a function that is at hand, by the same rules. */
export async function executeDefinition(
  definition: HandlerDefinition,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  return timedReply(() => callDefinition(definition, payload, context));
}

async function callByName(
  name: string,
  payload: JsonValue,
  context: HandlerContext,
): Promise<CallEnd> {
  let definition: HandlerDefinition | undefined;
  try {
    definition = await context.functions.find(name, context.patternFile);
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return failed("HandlerNotFound", error.message);
  }
  if (definition === undefined) {
    const known = context.functions.names();
    const list = known.length === 0 ? "none" : known.slice(0, 20).join(", ");
    return failed(
      "HandlerNotFound",
      `No function ${JSON.stringify(name)} is registered (known: ${list}). Export it with defineHandler from a module listed under \`functions\` in the configuration.`,
    );
  }
  return callDefinition(definition, payload, context);
}

async function callDefinition(
  definition: HandlerDefinition,
  payload: JsonValue,
  context: HandlerContext,
): Promise<CallEnd> {
  const input = await check(definition.input, payload, "HandlerInputInvalid", definition.name);
  return input.ok
    ? raceCall(definition, input.value, context)
    : { kind: "failed", error: input.error };
}

async function raceCall(
  definition: HandlerDefinition,
  input: unknown,
  context: HandlerContext,
): Promise<CallEnd> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const timedOut = new Promise<CallEnd>((resolve) => {
    timer = setTimeout(() => {
      stop.abort(new Error("timeout"));
      const limit = formatDuration(context.timeoutMs);
      const message = `The function ${JSON.stringify(definition.name)} hit its timeout of ${limit}.`;
      resolve({ kind: "timedOut", message });
    }, timerMs(context.timeoutMs));
  });
  const cancelled = new Promise<CallEnd>((resolve) => {
    onAbort = () => {
      resolve({ kind: "cancelled" });
    };
    context.signal.addEventListener("abort", onAbort, { once: true });
    if (context.signal.aborted) onAbort();
  });
  try {
    return await Promise.race([call(definition, input, context, signal), timedOut, cancelled]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) context.signal.removeEventListener("abort", onAbort);
  }
}

async function call(
  definition: HandlerDefinition,
  input: unknown,
  context: HandlerContext,
  signal: AbortSignal,
): Promise<CallEnd> {
  let value: unknown;
  try {
    value = await definition.run(input, {
      ...context.facts,
      signal,
      ...(context.injections === undefined ? {} : { injections: context.injections }),
    });
  } catch (error) {
    return { kind: "failed", error: describeThrown(error) };
  }
  const checked = await check(definition.output, value, "HandlerOutputInvalid", definition.name);
  if (!checked.ok) return { kind: "failed", error: checked.error };
  const json = toJson(checked.value);
  return json === undefined
    ? failed(
        "HandlerOutputInvalid",
        `The function ${JSON.stringify(definition.name)} returned what JSON cannot say. Return plain data.`,
      )
    : { kind: "answered", json };
}

/** A thrown error keeps its own type, so that a retry policy can name it, and its message. */
function describeThrown(thrown: unknown): ErrorInfo {
  if (!(thrown instanceof Error)) return { type: "HandlerFailed", message: messageOf(thrown) };
  const hasOwnType = thrown.name !== "Error" && thrown.name !== "";
  const type = "type" in thrown && typeof thrown.type === "string" ? thrown.type : undefined;
  return { type: type ?? (hasOwnType ? thrown.name : "HandlerFailed"), message: thrown.message };
}

type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorInfo };

async function check(
  schema: SchemaLike<unknown> | undefined,
  value: unknown,
  type: "HandlerInputInvalid" | "HandlerOutputInvalid",
  name: string,
): Promise<Checked> {
  if (schema === undefined) return { ok: true, value };
  const parsed = await schema.safeParseAsync(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  const side = type === "HandlerInputInvalid" ? "input" : "output";
  const list = problems
    .map((problem) => `${problem.path || "(root)"}: ${problem.message}`)
    .join("; ");
  return {
    ok: false,
    error: {
      type,
      message: `The ${side} of the function ${JSON.stringify(name)} does not fit its schema: ${list}`,
      details: { problems },
    },
  };
}

/** Nothing returned is null; everything else must survive JSON. */
function toJson(value: unknown): JsonValue | undefined {
  if (value === undefined) return null;
  try {
    // as: its type forgets that a function or a symbol has no JSON
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue); // as: JSON.parse gives JSON values
  } catch {
    // A cycle or a BigInt: the caller says so with the function's name.
    return undefined;
  }
}

function failed(type: string, message: string): CallEnd {
  return { kind: "failed", error: { type, message } };
}
