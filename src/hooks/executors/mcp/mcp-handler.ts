import {
  formatDuration,
  HeddleError,
  isJsonObject,
  messageOf,
  type FailureType,
  type JsonValue,
} from "../../../core/index.ts";
import type { McpHandler } from "../../handler.ts";
import type { HandlerContext } from "../context.ts";
import { fillFields } from "../fill-fields.ts";
import { parseAnswer, type HandlerReply } from "../reply.ts";
import { createMcpClients } from "./clients.ts";

/** Calls an MCP server's tool with the payload; its structured content, else its text, is the answer. */
export async function executeMcp(
  { mcp }: McpHandler,
  payload: JsonValue,
  context: Pick<HandlerContext, "services" | "timeoutMs" | "signal">,
): Promise<HandlerReply> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const clients = context.services?.mcp ?? createMcpClients({}, {});
  const { server, tool } = mcp;
  const filled = fillFields(mcp.input ?? payload, payload);
  const input = isJsonObject(filled) ? filled : { input: filled };
  const timeout = AbortSignal.timeout(Math.max(1, context.timeoutMs));
  try {
    const { isError, structured, text } = await clients.call(server, tool, input, {
      timeoutMs: context.timeoutMs,
      signal: AbortSignal.any([context.signal, timeout]),
    });
    const ms = elapsed();
    if (isError)
      return failed("HandlerFailed", `The tool ${tool} of ${server} failed: ${clip(text)}`, ms);
    const answer = structured === undefined ? parseAnswer(text) : { json: structured };
    return { kind: "answered", answer, ms };
  } catch (error) {
    if (context.signal.aborted) return { kind: "cancelled", ms: elapsed() };
    if (timeout.aborted || isSdkTimeout(error))
      return {
        ...failed(
          "TimedOut",
          `The tool ${tool} of the MCP server ${server} hit its timeout of ${formatDuration(context.timeoutMs)}.`,
          elapsed(),
        ),
        timedOut: true,
      };
    const isOurs = error instanceof HeddleError;
    return failed(
      isOurs ? "HandlerNotFound" : "HandlerFailed",
      isOurs ? error.message : `The MCP server ${server} could not be asked: ${messageOf(error)}`,
      elapsed(),
    );
  }
}

/** The protocol's own code for a request that nobody answered in time. */
function isSdkTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === -32_001;
}

function failed(
  type: FailureType,
  message: string,
  ms: number,
): Extract<HandlerReply, { kind: "failed" }> {
  return { kind: "failed", timedOut: false, error: { type, message }, ms };
}

function clip(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
