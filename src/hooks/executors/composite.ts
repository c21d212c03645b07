import { formatDuration } from "../../core/index.ts";
import type { CompositeHandler, Handler } from "../handler.ts";
import type { HookEvent } from "../hook.ts";
import { mergeOutcomes } from "../merge.ts";
import type { Outcome } from "../outcome.ts";
import { countVotes } from "../vote.ts";
import type { HandlerContext } from "./context.ts";
import type { HookReading } from "./hook-reply.ts";

/** Asks one child, of any kind, and reads its answer by the hook's protocol. */
export type AskChild = (
  handler: Handler,
  event: HookEvent,
  context: HandlerContext,
) => Promise<HookReading>;

export function isComposite(handler: Handler): handler is CompositeHandler {
  return "all" in handler || "parallel" in handler || "firstMatch" in handler || "vote" in handler;
}

/**
 * Asks several handlers and makes one decision of their answers. Each gets an event of its own, so that what one does to
 * it the others do not see; together they have the time of the one hook they are. No children decide nothing: `continue`.
 */
export function executeComposite(
  handler: CompositeHandler,
  event: HookEvent,
  context: HandlerContext,
  ask: AskChild,
): Promise<HookReading> {
  const limitMs = "parallel" in handler ? handler.timeoutMs : undefined;
  const timeoutMs = Math.min(context.timeoutMs, limitMs ?? context.timeoutMs);
  const asking: Asking = { event, context, ask, timeoutMs, endsAt: performance.now() + timeoutMs };
  if ("all" in handler) return askInTurn(handler.all, asking, mergeOutcomes);
  if ("firstMatch" in handler) return askInTurn(handler.firstMatch, asking, firstDecision);
  if ("vote" in handler) return askVoters(handler.vote, handler.threshold, asking);
  return askTogether(handler.parallel, handler.concurrency ?? handler.parallel.length, asking);
}

interface Asking {
  readonly event: HookEvent;
  readonly context: HandlerContext;
  readonly ask: AskChild;
  readonly timeoutMs: number;
  readonly endsAt: number;
}

/** One after the other, until one has decided something or failed. */
async function askInTurn(
  children: readonly Handler[],
  asking: Asking,
  conclude: (outcomes: readonly Outcome[]) => Outcome,
): Promise<HookReading> {
  const outcomes: Outcome[] = [];
  for (const [index, child] of children.entries()) {
    const reading = await askChild(child, index, asking, asking.context.signal);
    if (reading.kind !== "decided") return reading;
    outcomes.push(reading.outcome);
    if (decides(reading.outcome)) break;
  }
  return { kind: "decided", outcome: conclude(outcomes) };
}

/** `continue` and `skipped` leave it to the next one. */
function decides({ outcome, stop }: Outcome): boolean {
  return (outcome !== "continue" && outcome !== "skipped") || stop !== undefined;
}

/** The answer of the one that decided, alone; otherwise what they all had to say. */
function firstDecision(outcomes: readonly Outcome[]): Outcome {
  const last = outcomes.at(-1);
  return last !== undefined && decides(last) ? last : mergeOutcomes(outcomes);
}

/** Side by side. The first failure is the failure of all, and the others are stopped. */
async function askTogether(
  children: readonly Handler[],
  concurrency: number,
  asking: Asking,
): Promise<HookReading> {
  const stop = new AbortController();
  const signal = AbortSignal.any([asking.context.signal, stop.signal]);
  let failure: HookReading | undefined;
  const readings = await mapAtMost(concurrency, children, async (child, index) => {
    const reading = await askChild(child, index, asking, signal);
    if (reading.kind === "failed" && !stop.signal.aborted) {
      failure = reading;
      stop.abort();
    }
    return reading;
  });
  if (asking.context.signal.aborted) return { kind: "cancelled" };
  return failure ?? { kind: "decided", outcome: mergeOutcomes(outcomesOf(readings)) };
}

/** A voter that fails has no vote. Where its vote could have mattered the failure is the hook's own. */
async function askVoters(
  children: readonly Handler[],
  threshold: number,
  asking: Asking,
): Promise<HookReading> {
  const readings = await mapAtMost(children.length, children, (child, index) =>
    askChild(child, index, asking, asking.context.signal),
  );
  if (asking.context.signal.aborted) return { kind: "cancelled" };
  const { reached, outcome } = countVotes(outcomesOf(readings), children.length, threshold);
  const failure = readings.find((reading) => reading.kind === "failed");
  return failure === undefined || reached ? { kind: "decided", outcome } : failure;
}

function outcomesOf(readings: readonly HookReading[]): readonly Outcome[] {
  return readings.flatMap((reading) => (reading.kind === "decided" ? [reading.outcome] : []));
}

async function askChild(
  child: Handler,
  index: number,
  { event, context, ask, timeoutMs, endsAt }: Asking,
  signal: AbortSignal,
): Promise<HookReading> {
  if (signal.aborted) return { kind: "cancelled" };
  const leftMs = Math.ceil(endsAt - performance.now());
  if (leftMs <= 0) {
    const message = `The hook's children did not all get their turn within ${formatDuration(timeoutMs)}.`;
    return { kind: "failed", timedOut: true, error: { type: "TimedOut", message } };
  }
  const own = context.callId === undefined ? {} : { callId: `${context.callId}/${String(index)}` };
  return ask(child, structuredClone(event), { ...context, ...own, signal, timeoutMs: leftMs });
}

/** Maps with so many at work at once; results in the order of the items. */
async function mapAtMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results.set(index, await work(item, index));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return [...results].sort(([left], [right]) => left - right).map(([, result]) => result);
}
