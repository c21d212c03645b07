import type { RateLimitPolicy } from "./hook.ts";

/** How a bucket fills: `limit` tokens per `perMs`, up to `burst`. */
export type BucketSize = Pick<RateLimitPolicy, "limit" | "perMs" | "burst">;

/** What is left in a bucket, and when that was. Below zero: tokens that were promised to calls which wait for them. */
export interface BucketState {
  readonly tokens: number;
  readonly at: number;
}

export interface Taken {
  readonly state: BucketState;
  /** 0: go on. Else how long until there is a token. */
  readonly waitMs: number;
  /** Whether the token is the caller's, now or after the wait. */
  readonly granted: boolean;
}

/**
 * Takes a token from a bucket that fills steadily. With `patienceMs` a token that comes within that time is promised: the
 * caller waits and goes on without asking again, so that callers are served in the order in which they asked.
 */
export function takeToken(
  before: BucketState | undefined,
  policy: BucketSize,
  now: number,
  patienceMs = 0,
): Taken {
  const perMs = policy.limit / policy.perMs;
  const { tokens, at } = before ?? { tokens: policy.burst, at: now };
  // A clock that was set back must not empty the bucket.
  const filled = Math.min(policy.burst, tokens + Math.max(0, now - at) * perMs);
  const waitMs = filled >= 1 ? 0 : Math.ceil((1 - filled) / perMs);
  const granted = waitMs <= patienceMs;
  return {
    state: { tokens: granted ? filled - 1 : filled, at: Math.max(now, at) },
    waitMs,
    granted,
  };
}

/** When a bucket that nobody asks any more is full again, and so need not be kept. */
export function fullInMs(state: BucketState, policy: BucketSize): number {
  return Math.ceil(((policy.burst - state.tokens) * policy.perMs) / policy.limit) + 1000;
}
