import { z } from "zod";

import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";
import { defineBuiltin } from "./builtin.ts";
import { clip } from "./clip.ts";
import { componentOf, eventFacts } from "./event-facts.ts";
import { fits } from "./fits.ts";
import { appendToRing, readRing } from "./ring.ts";

/** Keeps the last firings with all that travelled with them. */
export const debugging = defineBuiltin({
  name: "debugging",
  summary: "Keeps a trace of the last firings, with their data.",
  options: z.strictObject({
    /** Entries kept; the oldest go first. */
    limit: z.int().min(1).max(10_000).default(1000),
    /** Matchers of points and components; without them everything is traced. */
    points: z.string().min(1).optional(),
    components: z.string().min(1).optional(),
    /** Whether the stack of a failure is kept. */
    stack: z.boolean().default(false),
    /** Characters kept of the data. */
    dataLimit: z.int().min(1).default(10_000),
  }),
  async run({ event, options, store, now }) {
    const component = componentOf(event);
    if (!passes(options.points, event.point) || !passes(options.components, component))
      return { outcome: "skipped", reason: "the trace is filtered to others" };
    const facts = eventFacts(event);
    const entry = {
      at: now,
      point: event.point,
      component,
      event: event.id,
      data: clip(JSON.stringify(options.stack ? facts : withoutStack(facts)), options.dataLimit),
    };
    await appendToRing(store, keyOf(event.hook), [entry], options.limit);
    return { outcome: "continue" };
  },
});

export interface TraceFilter {
  readonly points?: string;
  readonly components?: string;
  /** Milliseconds since the epoch, both included. */
  readonly from?: number;
  readonly until?: number;
}

/** The trace that a debugging hook kept, oldest first. */
export async function readTrace(
  store: HookStore,
  hook: string,
  { points, components, from = -Infinity, until = Infinity }: TraceFilter = {},
): Promise<readonly JsonObject[]> {
  const entries = (await readRing(store, keyOf(hook))).filter((entry) => isJsonObject(entry));
  return entries.filter(({ at, point, component }) => {
    const isInTime = typeof at === "number" && at >= from && at <= until;
    return isInTime && passes(points, point) && passes(components, component);
  });
}

function passes(pattern: string | undefined, subject: JsonValue | undefined): boolean {
  if (pattern === undefined) return true;
  return typeof subject === "string" && fits(pattern, subject);
}

function withoutStack(facts: JsonObject): JsonObject {
  const { error } = facts;
  if (!isJsonObject(error)) return facts;
  const { stack: _stack, ...rest } = error;
  return { ...facts, error: rest };
}

function keyOf(hook: string): string {
  return `debugging:${hook}`;
}
