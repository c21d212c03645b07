import { z } from "zod";

import { messageOf } from "../../../core/index.ts";
import { executeFunction } from "../function-handler.ts";
import { agentOf, scopeOf } from "./agent-of.ts";
import { defineBuiltin } from "./builtin.ts";
import { takeMessages, type Message } from "./messages.ts";

/** Tells an agent what people have queued for it: each message once per agent it is for. */
export const humanInput = defineBuiltin({
  name: "human-input",
  summary: "Injects the messages that people queued for the agent (`heddle hook message`).",
  points: ["step.before", "step.after"],
  options: z.strictObject({
    strategy: z.enum(["user_message", "tool_result"]).default("user_message"),
    /** A registered function that is called with `{ messages, agent }` after a delivery. */
    callback: z.string().min(1).optional(),
  }),
  async run({ event, options, store, context, now }) {
    const agent = agentOf(event);
    const messages = await takeMessages(store, scopeOf(event), { agent, event: event.id, now });
    if (messages.length === 0) return { outcome: "continue" };
    const told = messages.filter(({ quiet }) => quiet !== true);
    const problem =
      options.callback === undefined || told.length === 0
        ? undefined
        : await callBack(options.callback, told, agent, context);
    return {
      outcome: "continue",
      inject: [{ content: messages.map(write).join("\n"), strategy: options.strategy }],
      message: `delivered ${messages.length} to ${agent}${problem === undefined ? "" : `; ${problem}`}`,
    };
  },
});

function write({ source, content }: Message): string {
  return `[${source}] ${content}`;
}

/** The message is on its way: a callback that fails is told of, no more. */
async function callBack(
  name: string,
  messages: readonly Message[],
  agent: string,
  context: Parameters<typeof executeFunction>[2],
): Promise<string | undefined> {
  const payload = { agent, messages: messages.map((message) => ({ ...message })) };
  // as: a message is plain JSON; `targets` is absent or a list
  const reply = await executeFunction(name, payload, context);
  if (reply.kind === "answered") return undefined;
  const why = reply.kind === "failed" ? reply.error.message : "cancelled";
  return `the callback failed: ${messageOf(why)}`;
}
