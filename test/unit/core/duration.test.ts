// Timers of a process are shorter and coarser than the durations people may write.
import { describe, expect, it } from "vitest";

import { timerMs } from "../../../src/core/index.ts";

describe("a time for a timer", () => {
  it("is a whole number of milliseconds of at least one", () => {
    expect([0, 0.1, 1234.5, -3].map(timerMs)).toEqual([1, 1, 1235, 1]);
  });

  it("is at most what a timer holds, since a longer one would fire at once", () => {
    expect(timerMs(30 * 86_400_000)).toBe(2 ** 31 - 1);
    expect(timerMs(Number.POSITIVE_INFINITY)).toBe(2 ** 31 - 1);
  });
});
