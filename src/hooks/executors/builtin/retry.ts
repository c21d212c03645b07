import { z } from "zod";

import { formatDuration } from "../../../core/index.ts";
import { delayBefore, type Backoff } from "../../backoff.ts";
import { defineBuiltin } from "./builtin.ts";
import { fits } from "./fits.ts";

const RetryOptions = z.strictObject({
  /** Attempts in all, the first one included. */
  maxAttempts: z.int().min(1).default(3),
  backoff: z.enum(["fixed", "linear", "exponential", "fibonacci"]).default("exponential"),
  jitter: z.enum(["none", "full", "equal", "decorrelated"]).default("none"),
  initialMs: z.int().min(0).default(100),
  coefficient: z.number().min(1).default(2),
  maximumMs: z.int().min(0).default(60_000),
  /** All waits together never exceed this. */
  totalMs: z.int().min(0).default(300_000),
  /** Matchers of error types; without them every error is retried. */
  retryOn: z.array(z.string().min(1)).optional(),
  /** Wins over `retryOn`. */
  never: z.array(z.string().min(1)).default([]),
});
type RetryOptions = z.output<typeof RetryOptions>;

/**
 * Runs a failed step again, by the type of its error. How often it was tried is the step's own attempt number, so two
 * steps, or two runs, never share a counter.
 */
export const retry = defineBuiltin({
  name: "retry",
  summary: "Runs a failed step again, with backoff and jitter, by the type of its error.",
  points: ["step.error", "step.timeout"],
  options: RetryOptions,
  run({ event, options }) {
    const error = event.step?.error;
    const attempt = event.step?.attempt ?? 1;
    const type = typeof error?.["type"] === "string" ? error["type"] : "";
    const message = typeof error?.["message"] === "string" ? error["message"] : "";
    if (!isRetried(type, message, options)) return { outcome: "continue" };
    if (attempt >= options.maxAttempts)
      return { outcome: "continue", message: `gave up after ${attempt} attempts` };
    const delayMs = Math.min(waitBefore(attempt + 1, options), timeLeft(attempt, options));
    if (delayMs <= 0 && options.initialMs > 0)
      return { outcome: "continue", message: `waited ${formatDuration(options.totalMs)} in all` };
    return {
      outcome: "retry",
      delayMs,
      maxAttempts: options.maxAttempts,
      message: `retry attempt=${attempt}`,
    };
  },
});

function isRetried(type: string, message: string, { retryOn, never }: RetryOptions): boolean {
  const isListed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => fits(pattern, type) || fits(pattern, message));
  return !isListed(never) && (retryOn === undefined || isListed(retryOn));
}

function waitBefore(attempt: number, options: RetryOptions): number {
  return delayBefore(backoffOf(options), attempt, Math.random);
}

/** What the attempts so far have waited is not recorded; without jitter it is at most this. */
function timeLeft(attempt: number, options: RetryOptions): number {
  const plain: Backoff = { ...backoffOf(options), jitter: "none" };
  let waited = 0;
  for (let tried = 2; tried <= attempt; tried += 1) waited += delayBefore(plain, tried, () => 0);
  return options.totalMs - waited;
}

function backoffOf(options: RetryOptions): Backoff {
  return {
    initialIntervalMs: options.initialMs,
    backoffCoefficient: options.coefficient,
    maximumIntervalMs: options.maximumMs,
    backoff: options.backoff,
    jitter: options.jitter,
  };
}
