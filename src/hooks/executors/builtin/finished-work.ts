import { z } from "zod";

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";
import type { Outcome } from "../../outcome.ts";
import { executeFunction } from "../function-handler.ts";
import { agentOf, scopeOf } from "./agent-of.ts";
import { defineBuiltin, type Builtin, type BuiltinCall } from "./builtin.ts";
import { clip } from "./clip.ts";

/** Work that went on in the background and is over. */
export interface FinishedWork {
  readonly id: string;
  readonly status: "completed" | "completed_but_timeout" | "failed";
  readonly result: string;
  /** Who began it and is to be told; absent: whoever asks first. */
  readonly agent?: string;
}

type Kind = "subagent" | "background-tool";

const FinishedOptions = z.strictObject({
  strategy: z.enum(["tool_result", "user_message"]).default("tool_result"),
  /** A registered function that gives a list of finished work for `{ agent }`. @default what `postFinished` queued */
  from: z.string().min(1).optional(),
});
type Call = BuiltinCall<z.output<typeof FinishedOptions>>;

const KEPT_MS = 30 * 86_400_000;
/** A background tool may have written megabytes; an agent that wants them reads them itself. */
const TOOL_RESULT_CHARS = 600;

/** Tells an agent of its sub-agents that have finished, all in one injection. */
export const subagentComplete = define("subagent-complete", "subagent", "Sub-agent");

/** Tells an agent of its background tools that have finished, all in one injection, results cut short. */
export const backgroundToolComplete = define(
  "background-tool-complete",
  "background-tool",
  "Background tool",
  TOOL_RESULT_CHARS,
);

function define(name: string, kind: Kind, title: string, chars?: number): Builtin {
  return defineBuiltin({
    name,
    summary: `Injects the results of each ${title.toLowerCase()} that has finished, all at once.`,
    points: ["step.before", "step.after"],
    options: FinishedOptions,
    run: async (call) => {
      const found = await drain(call, kind);
      // A source that cannot answer must not stop the work that does not need it.
      if ("problem" in found)
        return { outcome: "continue", message: `injection_skipped: ${found.problem}` };
      if (found.work.length === 0) return { outcome: "continue" };
      return tell(found.work, call, title, chars);
    },
  });
}

/** Queues the result of background work for the agents of a scope (a session's id, or a run's workflow id). */
export async function postFinished(
  store: HookStore,
  scope: string,
  kind: Kind,
  work: FinishedWork,
): Promise<void> {
  await store.change(keyOf(kind, scope), (current) => {
    const { waiting, taken } = readQueue(current);
    const isKnown = waiting.some(({ id }) => id === work.id);
    const next = { waiting: isKnown ? waiting : [...waiting, work], taken };
    // as: finished work is plain JSON, which interfaces cannot say
    return { next: next as unknown as JsonObject, result: undefined, expiresInMs: KEPT_MS };
  });
}

function tell(
  work: readonly FinishedWork[],
  { options }: Call,
  title: string,
  chars = Infinity,
): Outcome {
  const parts = work.map(
    ({ id, status, result }) => `${title} ${id} (${status}):\n${clip(result, chars)}`,
  );
  return {
    outcome: "continue",
    message: `${work.length} finished`,
    inject: [{ content: parts.join("\n\n"), strategy: options.strategy }],
  };
}

type Drained = { readonly work: readonly FinishedWork[] } | { readonly problem: string };

async function drain(call: Call, kind: Kind): Promise<Drained> {
  const { event, options, store, context } = call;
  const agent = agentOf(event);
  if (options.from === undefined)
    return { work: await takeQueued(store, keyOf(kind, scopeOf(event)), agent, event.id) };
  const reply = await executeFunction(options.from, { agent }, context);
  if (reply.kind === "cancelled") return { problem: "cancelled" };
  if (reply.kind === "failed") return { problem: reply.error.message };
  const list = "json" in reply.answer ? reply.answer.json : null;
  return { work: (list !== null && isJsonArray(list) ? list : []).map(readWork) };
}

interface Queue {
  readonly waiting: readonly FinishedWork[];
  /** What the last firings took: one that is tried again tells the same. */
  readonly taken: readonly { readonly event: string; readonly work: FinishedWork }[];
}

async function takeQueued(
  store: HookStore,
  key: string,
  agent: string,
  event: string,
): Promise<readonly FinishedWork[]> {
  return store.change(key, (current) => {
    const { waiting, taken } = readQueue(current);
    const again = taken.filter((one) => one.event === event).map(({ work }) => work);
    if (again.length > 0) return { next: current, result: again, expiresInMs: KEPT_MS };
    const isMine = (work: FinishedWork): boolean =>
      work.agent === undefined || work.agent === agent;
    const mine = waiting.filter(isMine);
    const next = {
      waiting: waiting.filter((work) => !isMine(work)),
      taken: [...taken, ...mine.map((work) => ({ event, work }))].slice(-200),
    };
    // as: finished work is plain JSON, which interfaces cannot say
    return { next: next as unknown as JsonObject, result: mine, expiresInMs: KEPT_MS };
  });
}

function readQueue(stored: JsonValue | undefined): Queue {
  const { waiting, taken } = isJsonObject(stored) ? stored : {};
  return {
    waiting: waiting !== undefined && isJsonArray(waiting) ? waiting.map(readWork) : [],
    // as: only takeQueued writes it
    taken: taken !== undefined && isJsonArray(taken) ? (taken as unknown as Queue["taken"]) : [],
  };
}

function readWork(value: JsonValue): FinishedWork {
  const { id, status, result, agent, timedOut } = isJsonObject(value) ? value : {};
  const settled = status === "failed" || status === "completed_but_timeout" ? status : "completed";
  return {
    id: typeof id === "string" ? id : "unnamed",
    status: timedOut === true && settled === "completed" ? "completed_but_timeout" : settled,
    result: typeof result === "string" ? result : JSON.stringify(result ?? null),
    ...(typeof agent === "string" ? { agent } : {}),
  };
}

function keyOf(kind: Kind, scope: string): string {
  return `finished:${kind}:${scope}`;
}
