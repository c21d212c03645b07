import { setTimeout as delay } from "node:timers/promises";

import { z } from "zod";

import { formatDuration, isJsonObject, type JsonObject } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import { readPath } from "../../match-event.ts";
import type { Outcome } from "../../outcome.ts";
import { fullInMs, takeToken, type BucketState } from "../../token-bucket.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { changeOnce } from "./once.ts";

/** From here on an answer warns that the limit is near. */
const WARNING_SHARE = 0.8;
/** A bucket is kept at least so long: who asked it may have died and ask again. */
const KNOWN_MS = 3_600_000;

const RateLimitOptions = z.strictObject({
  /** Operations that may come at once after a pause: the bucket is `limit + burst` deep. */
  limit: z.int().min(1).default(100),
  burst: z.int().min(0).default(50),
  perSecond: z.number().gt(0).default(10),
  /** Whose bucket it is. `custom` reads `path` in the event. */
  key: z.enum(["global", "component", "user", "pattern", "session", "custom"]).default("global"),
  path: z.string().min(1).optional(),
  /** What becomes of an operation over the limit. */
  action: z.enum(["cancel", "delay", "redirect", "replace"]).default("cancel"),
  redirectTo: z.string().min(1).optional(),
  replacement: z.json().optional(),
});
type RateLimitOptions = z.output<typeof RateLimitOptions>;

/** Limits how often operations happen, over all runs and workers. */
export const rateLimit = defineBuiltin({
  name: "rate-limit",
  summary:
    "A token bucket over all runs: operations above it are refused, delayed, redirected or replaced.",
  points: ["run.before", "step.validate", "step.authorize", "step.allocate", "step.before"],
  options: RateLimitOptions,
  async run(call) {
    const { options, signal } = call;
    const taken = await take(call);
    if (taken.granted && taken.waitMs === 0)
      return { outcome: "continue", message: headers(taken, options) };
    if (options.action !== "delay") return refuse(taken, options);
    await delay(taken.waitMs, undefined, { signal });
    return {
      outcome: "continue",
      message: `waited ${formatDuration(taken.waitMs)}; ${headers(taken, options)}`,
    };
  },
});

/** How many operations a rate limit let through, of how many. */
export async function readRateLimitUse(
  store: HookStore,
  hook: string,
): Promise<{ readonly allowed: number; readonly asked: number }> {
  return readUse(await store.read(useKey(hook)));
}

interface Taken {
  readonly granted: boolean;
  readonly waitMs: number;
  readonly tokens: number;
}

async function take(call: BuiltinCall<RateLimitOptions>): Promise<Taken> {
  const { event, options, now } = call;
  const burst = options.limit + options.burst;
  const policy = { limit: options.perSecond, perMs: 1000, burst };
  const patienceMs = options.action === "delay" ? Infinity : 0;
  const bucket = `rate-limit:${event.hook}:${bucketOf(event, options)}`;
  const { answer } = await changeOnce(call, bucket, (raw) => {
    const { state, waitMs, granted } = takeToken(readBucket(raw), policy, now, patienceMs);
    return {
      next: { ...state },
      answer: { granted, from: now + waitMs, tokens: Math.max(0, Math.floor(state.tokens)) },
      expiresInMs: Math.max(fullInMs(state, policy), KNOWN_MS),
    };
  });
  const { granted, from, tokens } = answer;
  await changeOnce(call, useKey(event.hook), (current) => {
    const { allowed, asked } = readUse(current);
    return { next: { allowed: allowed + (granted ? 1 : 0), asked: asked + 1 }, answer: null };
  });
  // An attempt that follows waits for the rest of the time, not for all of it again.
  return { granted, tokens, waitMs: Math.max(0, from - now) };
}

function refuse(taken: Taken, options: RateLimitOptions): Outcome {
  const message = headers(taken, options);
  if (options.action === "redirect" && options.redirectTo !== undefined)
    return { outcome: "redirect", step: options.redirectTo, message };
  if (options.action === "replace")
    return { outcome: "replace", output: options.replacement ?? null, message };
  const reason = `Rate limit of ${options.perSecond} per second exceeded; try again in ${formatDuration(taken.waitMs)}.`;
  return { outcome: "cancel", reason: `${reason} ${message}`, message };
}

function headers(taken: Taken, { limit, burst }: RateLimitOptions): string {
  const size = limit + burst;
  const used = size - taken.tokens;
  return [
    `X-RateLimit-Limit: ${size}`,
    `X-RateLimit-Remaining: ${taken.granted ? taken.tokens : 0}`,
    ...(taken.granted ? [] : [`Retry-After: ${Math.ceil(taken.waitMs / 1000)}`]),
    ...(used >= size * WARNING_SHARE ? ["X-RateLimit-Warning: near the limit"] : []),
  ].join("; ");
}

function bucketOf(event: HookEvent, { key, path }: RateLimitOptions): string {
  switch (key) {
    case "global":
      return "global";
    case "component":
      return componentOf(event);
    case "pattern":
      return event.run.pattern;
    case "session":
      return event.run.session ?? event.run.workflowId;
    case "user":
      return JSON.stringify(event.state["user"] ?? "unknown");
    case "custom":
      // as: an event is plain JSON, which its interface cannot say
      return JSON.stringify(readPath(event as unknown as JsonObject, path ?? "run.workflowId"));
  }
}

function readBucket(stored: unknown): BucketState | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { tokens, at } = stored;
  return typeof tokens === "number" && typeof at === "number" ? { tokens, at } : undefined;
}

function readUse(stored: unknown): { readonly allowed: number; readonly asked: number } {
  const { allowed, asked } = isJsonObject(stored) ? stored : {};
  return {
    allowed: typeof allowed === "number" ? allowed : 0,
    asked: typeof asked === "number" ? asked : 0,
  };
}

function useKey(hook: string): string {
  return `rate-limit-use:${hook}`;
}
