import { HeddleError, type JsonValue } from "../../core/index.ts";
import type { Handler } from "../handler.ts";
import { executeBuiltin } from "./builtin/index.ts";
import { executeCommand } from "./command-handler.ts";
import type { HandlerContext } from "./context.ts";
import { executeFunction } from "./function-handler.ts";
import { executeHttp } from "./http-handler.ts";
import { executeMcp } from "./mcp/index.ts";
import { executePattern } from "./pattern-handler.ts";
import { executePrompt } from "./prompt-handler.ts";
import type { HandlerReply } from "./reply.ts";
import { executePersistent } from "./warm/index.ts";

/**
 * Runs a handler of any kind with a JSON payload and gives what came back. Failures, timeouts and cancellation are
 * replies, not exceptions.
 * @throws HeddleError `HANDLER_UNSUPPORTED` for a kind that does not run on a worker
 */
export async function executeHandler(
  handler: Handler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  if (context.signal.aborted) return { kind: "cancelled", ms: 0 };
  if ("command" in handler)
    return handler.persistent === true
      ? executePersistent(handler, payload, context)
      : executeCommand(handler, payload, context);
  if ("http" in handler) return executeHttp(handler, payload, context);
  if ("function" in handler) return executeFunction(handler.function, payload, context);
  if ("builtin" in handler) return executeBuiltin(handler, payload, context);
  if ("pattern" in handler) return executePattern(handler.pattern, payload, context);
  if ("mcp" in handler) return executeMcp(handler, payload, context);
  if ("prompt" in handler) return executePrompt(handler, payload, context, executeHandler);
  const kind = Object.keys(handler)[0] ?? "empty";
  throw new HeddleError(
    "HANDLER_UNSUPPORTED",
    `A handler of the kind ${JSON.stringify(kind)} cannot run here.`,
    { hint: "all, parallel, firstMatch and vote decide for hooks; a role needs one handler." },
  );
}
