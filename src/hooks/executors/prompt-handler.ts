import { isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { Handler, PromptHandler } from "../handler.ts";
import type { HandlerContext } from "./context.ts";
import type { HandlerReply } from "./reply.ts";

/** What somebody who was asked a question says. */
export interface PromptVerdict {
  readonly ok: boolean;
  readonly reason?: string;
  /** Asking again cannot help. */
  readonly impossible: boolean;
}

/** A handler of any kind, run: handed in, because a question may be answered by every one of them. */
export type RunHandler = (
  handler: Handler,
  payload: JsonValue,
  context: HandlerContext,
) => Promise<HandlerReply>;

/**
 * Asks a role the question about the payload: its handler gets `{ role, prompt, event }` and answers `{ ok, reason }`.
 * An `ok` that is false cancels with the reason.
 */
export async function executePrompt(
  handler: PromptHandler,
  payload: JsonValue,
  context: HandlerContext,
  run: RunHandler,
): Promise<HandlerReply> {
  const asked = await askRole(handler, payload, context, run);
  if (asked.kind !== "answered") return asked;
  const verdict = readVerdict(asked);
  if (verdict === undefined) return { ...unreadable(handler.role, asked), ms: asked.ms };
  const answer: JsonObject = verdict.ok
    ? { outcome: "continue", ...(verdict.reason === undefined ? {} : { message: verdict.reason }) }
    : { outcome: "cancel", ...(verdict.reason === undefined ? {} : { reason: verdict.reason }) };
  return { kind: "answered", answer: { json: answer }, ms: asked.ms };
}

/** Asks, and gives the answer as it came. */
export async function askRole(
  { prompt, role, answeredBy }: PromptHandler,
  payload: JsonValue,
  context: HandlerContext,
  run: RunHandler,
): Promise<HandlerReply> {
  if (answeredBy === undefined)
    return {
      kind: "failed",
      timedOut: false,
      ms: 0,
      error: {
        type: "HandlerNotFound",
        message: `Nobody answers the question: the pattern has no role ${JSON.stringify(role)}. Declare it under \`agents\`.`,
      },
    };
  const question = {
    role,
    prompt: prompt.replaceAll("$ARGUMENTS", () => JSON.stringify(payload)),
    event: payload,
  };
  return run(answeredBy, question, context);
}

/** The verdict in an answer; undefined where there is none. */
export function readVerdict(
  reply: Extract<HandlerReply, { kind: "answered" }>,
): PromptVerdict | undefined {
  const json = "json" in reply.answer ? reply.answer.json : null;
  if (!isJsonObject(json) || typeof json["ok"] !== "boolean") return undefined;
  const { ok, reason, impossible } = json;
  return {
    ok,
    impossible: impossible === true,
    ...(typeof reason === "string" ? { reason } : {}),
  };
}

function unreadable(
  role: string,
  { answer }: Extract<HandlerReply, { kind: "answered" }>,
): Omit<Extract<HandlerReply, { kind: "failed" }>, "ms"> {
  const said = "json" in answer ? JSON.stringify(answer.json) : JSON.stringify(answer.text);
  return {
    kind: "failed",
    timedOut: false,
    error: {
      type: "HandlerOutputInvalid",
      message: `The role ${JSON.stringify(role)} must answer { ok, reason }, got ${said.slice(0, 120)}`,
    },
  };
}
