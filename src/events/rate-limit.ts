export interface RateLimit {
  readonly ratePerSecond: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
}

export interface TokenBucket {
  /** Takes a token and returns 0, or returns how many milliseconds until there is one. */
  take(): number;
}

/** A full bucket to begin with; the clock is monotonic milliseconds. */
export function createTokenBucket(limit: RateLimit, now: () => number): TokenBucket {
  const { ratePerSecond, burst } = limit;
  let tokens = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * ratePerSecond);
      filledAt = at;
      if (tokens < 1) return Math.ceil(((1 - tokens) / ratePerSecond) * 1000);
      tokens -= 1;
      return 0;
    },
  };
}
