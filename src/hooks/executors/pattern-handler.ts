import type { JsonValue } from "../../core/index.ts";
import type { HandlerContext } from "./context.ts";
import type { HandlerReply } from "./reply.ts";

/**
 * Runs a registered pattern with the payload as its input; the run's output is the answer. It is a run of its own, found
 * again by its id when this work is tried again.
 */
export async function executePattern(
  pattern: string,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  const { services, callId, facts } = context;
  if (services?.patterns === undefined || callId === undefined || facts.workflowId === undefined)
    return {
      kind: "failed",
      timedOut: false,
      ms: 0,
      error: {
        type: "HandlerNotFound",
        message: `The pattern ${JSON.stringify(pattern)} cannot be started here: only a worker's runs start patterns.`,
      },
    };
  return services.patterns.run({
    pattern,
    input: payload,
    callId,
    parentId: facts.workflowId,
    ...(facts.session === undefined ? {} : { session: facts.session }),
    ...(facts.origin === undefined ? {} : { origin: facts.origin }),
    correlation: facts.correlation ?? facts.workflowId,
    timeoutMs: context.timeoutMs,
    signal: context.signal,
  });
}
