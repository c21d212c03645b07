import { z } from "zod";

import { digestOf, isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { Outcome } from "../../outcome.ts";
import { executeFunction } from "../function-handler.ts";
import { agentOf } from "./agent-of.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";

const MidStreamOptions = z.strictObject({
  /** A registered function that gives a text, or nothing, for `{ agent, event }`. Without it: the peers' answers. */
  from: z.string().min(1).optional(),
  /** Keys of the run's state. `answers`: agent = its answer; `restart`: agent = whether it should look again. */
  answers: z.string().min(1).default("answers"),
  restart: z.string().min(1).default("restartPending"),
  mode: z.string().min(1).default("mode"),
  round: z.string().min(1).default("round"),
  /** Milliseconds since the epoch when the round's warning comes; nothing is injected in the grace before it. */
  deadline: z.string().min(1).default("softDeadline"),
  graceMs: z.int().min(0).default(0),
  maxPerRound: z.int().min(1).default(2),
});
type Call = BuiltinCall<z.output<typeof MidStreamOptions>>;

/**
 * Tells a working agent what is new: a text from a function, or the answers that its peers have given since it last
 * looked. An answer is told once, without the name of who gave it, and never to an agent that has none of its own yet.
 */
export const midStreamInjection = defineBuiltin({
  name: "mid-stream-injection",
  summary: "Tells a working agent the new answers of its peers, or a text from a function.",
  points: ["step.after"],
  options: MidStreamOptions,
  run: (call) => (call.options.from === undefined ? fromPeers(call) : fromFunction(call)),
});

async function fromFunction({ event, options, context }: Call): Promise<Outcome> {
  const payload = { agent: agentOf(event), event: event.id };
  const reply = await executeFunction(options.from ?? "", payload, context);
  if (reply.kind !== "answered") {
    const why = reply.kind === "failed" ? reply.error.message : "cancelled";
    return { outcome: "continue", message: `injection_skipped: ${why}` };
  }
  const text = "text" in reply.answer ? reply.answer.text : reply.answer.json;
  return typeof text === "string" && text !== ""
    ? { outcome: "continue", inject: [{ content: text, strategy: "tool_result" }] }
    : { outcome: "continue" };
}

interface Known {
  /** Digests of the answers that the agent was told, or gave. */
  readonly seen: readonly string[];
  readonly round: JsonValue;
  readonly count: number;
}

async function fromPeers({ event, options, store, now }: Call): Promise<Outcome> {
  const agent = agentOf(event);
  const answers = objectAt(event, options.answers);
  const flags = objectAt(event, options.restart);
  const isFlagged = flags[agent] === true;
  const mustWait =
    event.state[options.mode] === "vote" ||
    answers[agent] === undefined ||
    isInGrace(event.state[options.deadline], now, options.graceMs);
  if (mustWait) return { outcome: "continue" };
  const peers = Object.entries(answers).filter(([name]) => name !== agent);
  const round = event.state[options.round] ?? 0;
  const key = `mid-stream:${event.hook}:${event.run.workflowId}:${agent}`;
  const news = await store.change<News>(key, (current) => {
    const known = readKnown(current, round);
    const fresh = peers.filter(([, answer]) => !known.seen.includes(digestOf(answer)));
    if (fresh.length === 0 || known.count >= options.maxPerRound)
      return { next: current, result: fresh.length === 0 ? NONE : "later" };
    const seen = [...known.seen, ...fresh.map(([, answer]) => digestOf(answer))].slice(-1000);
    return { next: { seen, round, count: known.count + 1 }, result: fresh };
  });
  // The flag stays up while there is something the agent has not seen.
  if (news === "later") return { outcome: "continue", message: "restart pending" };
  const lowered = isFlagged ? { state: { [options.restart]: { ...flags, [agent]: false } } } : {};
  if (news.length === 0) return { outcome: "continue", ...lowered };
  const order = Object.keys(answers).toSorted();
  const parts = news.map(([name, answer]) => `Agent ${order.indexOf(name) + 1}: ${textOf(answer)}`);
  return {
    outcome: "continue",
    inject: [
      { content: `New answers of your peers:\n${parts.join("\n")}`, strategy: "tool_result" },
    ],
    ...lowered,
  };
}

/** Answers by agent, or that the agent has had enough of them in this round. */
type News = readonly (readonly [string, JsonValue])[] | "later";

const NONE: News = [];

function isInGrace(deadline: JsonValue | undefined, now: number, graceMs: number): boolean {
  return typeof deadline === "number" && deadline - now < graceMs;
}

function objectAt(event: HookEvent, key: string): Readonly<Record<string, JsonValue>> {
  const value = event.state[key];
  return isJsonObject(value) ? value : {};
}

function readKnown(stored: JsonValue | undefined, round: JsonValue): Known {
  const { seen, round: at, count } = isJsonObject(stored) ? stored : {};
  return {
    seen:
      seen !== undefined && isJsonArray(seen)
        ? seen.filter((each) => typeof each === "string")
        : [],
    round,
    count: typeof count === "number" && at === round ? count : 0,
  };
}

function textOf(answer: JsonValue): string {
  const content = isJsonObject(answer) ? answer["content"] : answer;
  return typeof content === "string" ? content : JSON.stringify(content ?? answer);
}
