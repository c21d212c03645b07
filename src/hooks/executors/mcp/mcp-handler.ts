import {
  formatDuration,
  HeddleError,
  isJsonObject,
  messageOf,
  timerMs,
  type ErrorInfo,
  type FailureType,
  type JsonValue,
} from "../../../core/index.ts";
import type { McpHandler } from "../../handler.ts";
import type { HandlerContext } from "../context.ts";
import { fillFields } from "../fill-fields.ts";
import { parseAnswer, type HandlerAnswer, type HandlerReply } from "../reply.ts";
import { createMcpClients } from "./clients.ts";

/** Calls an MCP server's tool with the payload; its structured content, else its text, is the answer. */
export async function executeMcp(
  { mcp }: McpHandler,
  payload: JsonValue,
  context: McpContext,
): Promise<HandlerReply> {
  const startedAt = performance.now();
  const reply = await call(mcp, fillFields(mcp.input ?? payload, payload), context);
  return { ...reply, ms: Math.round(performance.now() - startedAt) };
}

type McpContext = Pick<HandlerContext, "services" | "timeoutMs" | "signal">;
type Outcome =
  | { readonly kind: "answered"; readonly answer: HandlerAnswer }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly timedOut: boolean }
  | { readonly kind: "cancelled" };

async function call(
  { server, tool }: McpHandler["mcp"],
  given: JsonValue,
  { services, timeoutMs, signal }: McpContext,
): Promise<Outcome> {
  const clients = services?.mcp ?? createMcpClients({}, {});
  const input = isJsonObject(given) ? given : { input: given };
  const timeout = AbortSignal.timeout(timerMs(timeoutMs));
  try {
    const stop = AbortSignal.any([signal, timeout]);
    const { isError, structured, text } = await clients.call(server, tool, input, {
      timeoutMs,
      signal: stop,
    });
    if (isError)
      return failed("HandlerFailed", `The tool ${tool} of ${server} failed: ${clip(text)}`);
    const answer = structured === undefined ? parseAnswer(text) : { json: structured };
    return { kind: "answered", answer };
  } catch (error) {
    if (signal.aborted) return { kind: "cancelled" };
    if (timeout.aborted || isSdkTimeout(error)) return timedOut(server, tool, timeoutMs);
    return error instanceof HeddleError
      ? failed("HandlerNotFound", error.message)
      : failed("HandlerFailed", `The MCP server ${server} could not be asked: ${messageOf(error)}`);
  }
}

function timedOut(server: string, tool: string, timeoutMs: number): Outcome {
  const message = `The tool ${tool} of the MCP server ${server} hit its timeout of ${formatDuration(timeoutMs)}.`;
  return { kind: "failed", timedOut: true, error: { type: "TimedOut", message } };
}

/** The protocol's own code for a request that nobody answered in time. */
function isSdkTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === -32_001;
}

function failed(type: FailureType, message: string): Outcome {
  return { kind: "failed", timedOut: false, error: { type, message } };
}

function clip(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
