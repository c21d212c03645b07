import { z } from "zod";

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import { readPath } from "../../match-event.ts";
import { defineBuiltin } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { changeOnce } from "./once.ts";

/** More samples would not make a percentile better, only slower to keep. */
const MAX_SAMPLES = 1000;

/** Counts what it sees per component: how often, how well, how long; and numbers that the author names. */
export const metrics = defineBuiltin({
  name: "metrics",
  summary:
    "Counts firings, success and durations per step, with percentiles and metrics of your own.",
  options: z.strictObject({
    /** Name of a metric = dotted path of a number in the event, such as `step.output.tokens`. */
    custom: z.record(z.string().min(1), z.string().min(1)).default({}),
  }),
  async run(call) {
    const { event, options } = call;
    const component = componentOf(event);
    const { kept } = await changeOnce(call, keyOf(event.hook, component), (current) => ({
      next: toJson(add(readCounts(current), event, customOf(event, options.custom))),
      answer: null,
    }));
    const measured = summarize(readCounts(kept));
    return { outcome: "continue", message: `${component}: ${describe(measured)}` };
  },
});

/** What a metrics hook has counted about one component. Durations are in milliseconds. */
export interface MetricsSummary extends JsonObject {
  readonly count: number;
  readonly success: number;
  readonly failure: number;
  readonly successRate: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly custom: JsonObject;
}

/** Reads what a metrics hook has counted about a component (a step's id, or a pattern's name). */
export async function readMetrics(
  store: HookStore,
  hook: string,
  component: string,
): Promise<MetricsSummary> {
  return summarize(readCounts(await store.read(keyOf(hook, component))));
}

interface Counts {
  readonly success: number;
  readonly failure: number;
  readonly samples: readonly number[];
  readonly custom: Readonly<Record<string, Custom>>;
}

interface Custom {
  readonly count: number;
  readonly sum: number;
  readonly last: number;
}

function add(counts: Counts, event: HookEvent, custom: Readonly<Record<string, number>>): Counts {
  const { step } = event;
  const failed = step?.error !== undefined || event.point === "run.failed";
  const ms = step?.durationMs;
  return {
    success: counts.success + (failed ? 0 : 1),
    failure: counts.failure + (failed ? 1 : 0),
    samples: ms === undefined ? counts.samples : [...counts.samples, ms].slice(-MAX_SAMPLES),
    custom: Object.fromEntries([
      ...Object.entries(counts.custom),
      ...Object.entries(custom).map(([name, value]): [string, Custom] => {
        const before = counts.custom[name] ?? { count: 0, sum: 0 };
        return [name, { count: before.count + 1, sum: before.sum + value, last: value }];
      }),
    ]),
  };
}

function customOf(
  event: HookEvent,
  paths: Readonly<Record<string, string>>,
): Record<string, number> {
  // as: an event is plain JSON, which its interface cannot say
  const root = event as unknown as JsonValue;
  const found = Object.entries(paths).map(([name, path]) => [name, readPath(root, path)] as const);
  return Object.fromEntries(
    found.filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function summarize({ success, failure, samples, custom }: Counts): MetricsSummary {
  const count = success + failure;
  const sorted = [...samples].sort((left, right) => left - right);
  const percentile = (share: number): number | null =>
    sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return {
    count,
    success,
    failure,
    successRate: count === 0 ? null : success / count,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    custom: Object.fromEntries(
      Object.entries(custom).map(([name, { count: times, sum, last }]) => [
        name,
        { count: times, sum, mean: sum / times, last },
      ]),
    ),
  };
}

function describe({ count, successRate, p50, p95, p99 }: MetricsSummary): string {
  const rate = `${((successRate ?? 0) * 100).toFixed(1)} % ok`;
  const times = p50 === null ? "" : `, p50 ${p50} ms, p95 ${p95 ?? p50} ms, p99 ${p99 ?? p50} ms`;
  return `${count} firings, ${rate}${times}`;
}

function keyOf(hook: string, component: string): string {
  return `metrics:${hook}:${component}`;
}

function readCounts(stored: JsonValue | undefined): Counts {
  if (!isJsonObject(stored)) return { success: 0, failure: 0, samples: [], custom: {} };
  const { success, failure, samples, custom } = stored;
  return {
    success: typeof success === "number" ? success : 0,
    failure: typeof failure === "number" ? failure : 0,
    samples: isJsonArray(samples) ? samples.filter((each) => typeof each === "number") : [],
    custom: isJsonObject(custom) ? (custom as unknown as Counts["custom"]) : {}, // as: written by toJson below
  };
}

function toJson(counts: Counts): JsonObject {
  return counts as unknown as JsonObject; // as: numbers, lists and records of numbers
}
