import { describe, expect, it } from "vitest";

import { delayBefore, type Backoff } from "../../../src/hooks/index.ts";

const POLICY: Backoff = { initialIntervalMs: 100, backoffCoefficient: 2, maximumIntervalMs: 650 };
const half = (): number => 0.5;

function delays(more: Partial<Backoff>, random = half): readonly number[] {
  return [2, 3, 4, 5, 6, 7].map((attempt) => delayBefore({ ...POLICY, ...more }, attempt, random));
}

describe("the delay before an attempt", () => {
  it.each([
    ["fixed", [100, 100, 100, 100, 100, 100]],
    ["linear", [100, 200, 300, 400, 500, 600]],
    ["exponential", [100, 200, 400, 650, 650, 650]],
    ["fibonacci", [100, 100, 200, 300, 500, 650]],
  ] as const)("C9: grows as %s backoff says and never above its maximum", (backoff, expected) => {
    expect(delays({ backoff })).toEqual(expected);
  });

  it("C9: is spread by jitter, each kind in its own way, never above the maximum", () => {
    expect(delays({ jitter: "full" })).toEqual([50, 100, 200, 325, 325, 325]);
    expect(delays({ jitter: "equal" })).toEqual([75, 150, 300, 488, 488, 488]);
    expect(delays({ jitter: "decorrelated" })).toEqual([200, 350, 650, 650, 650, 650]);
    const spread = new Set(
      [0.1, 0.4, 0.9].map((drawn) => delays({ jitter: "full" }, () => drawn)[0]),
    );
    expect(spread.size).toBe(3);
  });
});
