import type { RetryPolicy } from "./hook.ts";

/** A retry policy that Temporal has no name for: its delays are computed here and sent with each failure. */
export type Backoff = Pick<
  RetryPolicy,
  "initialIntervalMs" | "backoffCoefficient" | "maximumIntervalMs" | "backoff" | "jitter"
>;

/**
 * Milliseconds to wait before an attempt (2 is the first retry), never above the policy's maximum.
 * @param random gives a number in [0, 1); jitter is drawn from it
 */
export function delayBefore(backoff: Backoff, attempt: number, random: () => number): number {
  const { maximumIntervalMs } = backoff;
  const plain = Math.min(maximumIntervalMs, plainDelay(backoff, attempt - 1));
  return Math.min(maximumIntervalMs, Math.round(jittered(backoff, plain, random)));
}

function plainDelay(backoff: Backoff, retry: number): number {
  const { initialIntervalMs: first, backoffCoefficient } = backoff;
  switch (backoff.backoff ?? "exponential") {
    case "fixed":
      return first;
    case "linear":
      return first * retry;
    case "exponential":
      return first * backoffCoefficient ** (retry - 1);
    case "fibonacci":
      return first * fibonacci(retry);
  }
}

/** 1, 1, 2, 3, 5, 8, ... */
function fibonacci(place: number): number {
  let [current, next] = [1, 1];
  for (let step = 1; step < place; step += 1) [current, next] = [next, current + next];
  return current;
}

function jittered(backoff: Backoff, plain: number, random: () => number): number {
  switch (backoff.jitter ?? "none") {
    case "none":
      return plain;
    case "full":
      return random() * plain;
    case "equal":
      return plain / 2 + (random() * plain) / 2;
    case "decorrelated":
      // Between the first delay and three times the plain one, as its inventors have it.
      return (
        backoff.initialIntervalMs + random() * Math.max(0, plain * 3 - backoff.initialIntervalMs)
      );
  }
}
