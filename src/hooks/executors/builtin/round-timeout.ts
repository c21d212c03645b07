import { z } from "zod";

import {
  formatDuration,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import type { Outcome } from "../../outcome.ts";
import { agentOf } from "./agent-of.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";
import { changeOnce } from "./once.ts";

const RoundOptions = z.strictObject({
  /** A round may take so long before the agent is warned. */
  softMs: z.int().min(1).default(120_000),
  /** From the warning on, so long until only terminal tools are let through. */
  graceMs: z.int().min(0).default(45_000),
  /** What an agent may still do: it ends its round. */
  terminals: z.array(z.string().min(1)).default(["vote", "new_answer"]),
  /** The key of the run's state that counts the rounds. */
  round: z.string().min(1).default("round"),
  /** So many refusals in a row end the run. */
  maxDenials: z.int().min(1).default(10),
});
type Options = z.output<typeof RoundOptions>;
type Call = BuiltinCall<Options>;

/** What is known of an agent's round. Times are milliseconds since the epoch. */
export interface Round {
  readonly startedAt: number;
  /** When the warning, or the request to wrap up, reached the agent: the grace begins there. */
  readonly warnedAt?: number;
  /** Somebody asked for an answer now; it waits for delivery. */
  readonly wrapUp?: true;
  readonly denials: number;
}

/**
 * Warns an agent once when its round takes long, then, after a grace, lets only the tools through that end the round.
 * Register it on `step.after`, where warnings are delivered, and on `step.before`, where tools are refused.
 */
export const roundTimeout = defineBuiltin({
  name: "round-timeout",
  summary: "Warns an agent whose round takes long, then lets it only finish the round.",
  points: ["step.before", "step.after"],
  options: RoundOptions,
  run: (call) => (call.event.point === "step.before" ? guard(call) : warn(call)),
});

/**
 * Asks an agent to answer now. True the first time in a round; the request counts from its delivery.
 * @param round as counted in the run's state, 0 where nothing counts
 */
export async function requestWrapUp(
  store: HookStore,
  of: { readonly workflowId: string; readonly agent: string; readonly round?: number },
  now = Date.now(),
): Promise<boolean> {
  return store.change(keyOf(of.workflowId, of.agent, of.round ?? 0), (current) => {
    const round = readRound(current, now);
    const isFirst = round.wrapUp === undefined && round.warnedAt === undefined;
    const { next, expiresInMs } = write(isFirst ? { ...round, wrapUp: true } : round);
    // What else stands there is the answers of firings.
    const others = isJsonObject(current) ? current : {};
    return { next: { ...others, ...next }, expiresInMs, result: isFirst };
  });
}

async function warn(call: Call): Promise<Outcome> {
  const { event, options, now } = call;
  const { answer: text } = await changeOnce(call, roundKey(event, options), (current) => {
    const { wrapUp, ...round } = readRound(current, now);
    const isLate = round.warnedAt === undefined && now - round.startedAt >= options.softMs;
    if (wrapUp === undefined && !isLate) return { ...write(round), answer: null };
    return { ...write({ ...round, warnedAt: now }), answer: wrapUp ? "ANSWER NOW" : "TIME" };
  });
  if (text === null) return { outcome: "continue" };
  const content =
    `${text === "TIME" ? `The time of this round (${formatDuration(options.softMs)}) is over` : "You are asked to answer now"}. ` +
    `Finish with ${options.terminals.join(" or ")} within ${formatDuration(options.graceMs)}; after that every other tool is refused.`;
  return { outcome: "continue", inject: [{ content, strategy: "tool_result" }], message: text };
}

/** A tool that ends the round is never refused, not even after everything else was. */
async function guard(call: Call): Promise<Outcome> {
  const { event, options, now } = call;
  const tool = event.step?.tool ?? "";
  const isTerminal =
    options.terminals.includes(tool) || options.terminals.includes(event.step?.id ?? "");
  const { answer: denials } = await changeOnce(call, roundKey(event, options), (current) => {
    const round = readRound(current, now);
    const isOver = round.warnedAt !== undefined && now - round.warnedAt >= options.graceMs;
    const count = isTerminal || !isOver ? 0 : round.denials + 1;
    return { ...write({ ...round, denials: count }), answer: count };
  });
  if (denials === 0) return { outcome: "continue" };
  const urge =
    denials >= 3
      ? ` This is refusal ${denials} of ${options.maxDenials}: the run ends at the last one.`
      : "";
  const reason = `HARD TIMEOUT: only ${options.terminals.join(" or ")} may be used now, not ${tool}.${urge}`;
  return denials >= options.maxDenials
    ? { outcome: "cancel", reason, stop: { reason: `${agentOf(event)} did not finish its round` } }
    : { outcome: "cancel", reason };
}

function readRound(stored: JsonValue | undefined, now: number): Round {
  if (!isJsonObject(stored)) return { startedAt: now, denials: 0 };
  const { startedAt, warnedAt, wrapUp, denials } = stored;
  return {
    startedAt: typeof startedAt === "number" ? startedAt : now,
    denials: typeof denials === "number" ? denials : 0,
    ...(typeof warnedAt === "number" ? { warnedAt } : {}),
    ...(wrapUp === true ? { wrapUp } : {}),
  };
}

function write(round: Round): { readonly next: JsonObject; readonly expiresInMs: number } {
  return { next: { ...round }, expiresInMs: 7 * 86_400_000 };
}

function roundKey(event: HookEvent, { round }: Options): string {
  const number = event.state[round];
  return keyOf(event.run.workflowId, agentOf(event), typeof number === "number" ? number : 0);
}

function keyOf(workflowId: string, agent: string, round: number): string {
  return `round-timeout:${workflowId}:${agent}:${round}`;
}
