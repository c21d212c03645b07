import { z } from "zod";

import { digestOf, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import { defineBuiltin } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { fitsStep } from "./fits.ts";
import { changeOnce } from "./once.ts";

/**
 * Keeps what a step gave under a key made of the step and its input; the engine then skips the work on a hit. On
 * `step.after` as well it learns how long the work takes, and leaves alone what is faster than `minDurationMs`.
 */
export const caching = defineBuiltin({
  name: "caching",
  summary: "Reuses a step's earlier output for the same input instead of doing the work again.",
  points: ["step.before", "step.after"],
  options: z.strictObject({
    ttlMs: z.int().min(1).default(300_000),
    /** Matcher of the tools or step ids that may be cached; without it all. */
    allow: z.string().min(1).optional(),
    /** Work that took less than this the last time is not worth an entry. Needs `step.after` among the points. */
    minDurationMs: z.int().min(0).default(0),
  }),
  async run(call) {
    const { event, options } = call;
    if (!isAllowed(options.allow, event))
      return { outcome: "skipped", reason: "not on the allow-list" };
    const key = `caching:${event.hook}`;
    const component = componentOf(event);
    if (event.point === "step.after") {
      await changeOnce(call, key, (current) => ({
        next: learn(readUse(current), component, event.step?.durationMs),
        answer: null,
      }));
      return { outcome: "continue" };
    }
    const { answer: last } = await changeOnce(call, key, (current) => {
      const use = readUse(current);
      return { next: { ...use, asked: use.asked + 1 }, answer: use.durations[component] ?? null };
    });
    if (typeof last === "number" && last < options.minDurationMs)
      return {
        outcome: "skipped",
        reason: `took ${last} ms, below ${options.minDurationMs} ms: not worth keeping`,
      };
    return { outcome: "cache", key: `${key}:${digestOf(subjectOf(event))}`, ttlMs: options.ttlMs };
  },
});

/** How often a caching hook was asked, and how often the work was done all the same. */
export async function readCacheUse(
  store: HookStore,
  hook: string,
): Promise<{ readonly asked: number; readonly done: number; readonly hitRatio: number | null }> {
  const { asked, done } = readUse(await store.read(`caching:${hook}`));
  return { asked, done, hitRatio: asked === 0 ? null : (asked - done) / asked };
}

interface Use extends JsonObject {
  readonly asked: number;
  readonly done: number;
  readonly durations: JsonObject;
}

function readUse(stored: JsonValue | undefined): Use {
  const use = isJsonObject(stored) ? stored : {};
  const { asked, done, durations } = use;
  return {
    asked: typeof asked === "number" ? asked : 0,
    done: typeof done === "number" ? done : 0,
    durations: isJsonObject(durations) ? durations : {},
  };
}

function learn(use: Use, component: string, ms: number | undefined): Use {
  const durations = ms === undefined ? use.durations : { ...use.durations, [component]: ms };
  return { ...use, done: use.done + 1, durations };
}

function isAllowed(allow: string | undefined, { step }: HookEvent): boolean {
  if (allow === undefined || step === undefined) return step !== undefined;
  return fitsStep(allow, step);
}

/** Two firings with one subject want the same work: pattern and version are part of it, the run is not. */
function subjectOf({ run, step }: HookEvent): JsonValue {
  return {
    pattern: run.pattern,
    version: run.version,
    step: step?.id ?? null,
    tool: step?.tool ?? null,
    input: step?.input ?? null,
  };
}
