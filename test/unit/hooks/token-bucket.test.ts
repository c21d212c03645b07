// A bucket that many workers share: how it fills, what it promises, when it may be forgotten.
import { describe, expect, it } from "vitest";

import type { RateLimitPolicy } from "../../../src/hooks/index.ts";
import { fullInMs, takeToken, type BucketState } from "../../../src/hooks/token-bucket.ts";

const POLICY: RateLimitPolicy = { limit: 2, perMs: 1000, burst: 2, key: "hook", over: "skip" };

function bucket(policy: Partial<RateLimitPolicy> = {}) {
  const settled = { ...POLICY, ...policy };
  let state: BucketState | undefined;
  return {
    take(now: number, patienceMs?: number): number | "refused" {
      const taken = takeToken(state, settled, now, patienceMs);
      state = taken.state;
      return taken.granted ? taken.waitMs : "refused";
    },
    fullInMs: () => (state === undefined ? 0 : fullInMs(state, settled)),
  };
}

describe("a token bucket", () => {
  it("refuses the third of two, and has one again after half a second", () => {
    const { take } = bucket();

    expect([take(0), take(0), take(0), take(400), take(600)]).toEqual([
      0,
      0,
      "refused",
      "refused",
      0,
    ]);
  });

  it("never holds more than its burst", () => {
    const { take } = bucket({ burst: 1 });

    expect([take(0), take(60_000), take(60_000)]).toEqual([0, 0, "refused"]);
  });

  it("promises tokens to those who wait, one after the other", () => {
    const { take } = bucket();
    take(0);
    take(0);

    expect([take(0, 5000), take(0, 5000), take(0, 1200)]).toEqual([500, 1000, "refused"]);
  });

  it("is not emptied by a clock that was set back", () => {
    const { take } = bucket({ burst: 3 });
    take(10_000);

    expect([take(0), take(0), take(0)]).toEqual([0, 0, "refused"]);
  });

  it("may be forgotten once it would be full again", () => {
    const { take, fullInMs: full } = bucket();
    take(0);
    take(0);

    expect(full()).toBe(2000);
  });
});
