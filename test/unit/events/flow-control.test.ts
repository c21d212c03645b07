/** Rate limit, overflow strategies and water marks: decisions without a database or a clock. */
import { describe, expect, test } from "vitest";
import type { Overflow } from "../../../src/events/index.ts";
import { changeOfPressure, routeEvent, waterMarks } from "../../../src/events/overflow.ts";
import { createPressureGauge, type Notice } from "../../../src/events/pressure.ts";
import { createTokenBucket } from "../../../src/events/rate-limit.ts";

describe("the rate limit", () => {
  test("C17: at 2 per second and burst 2 the third is refused, and one is accepted after 600 ms", () => {
    let now = 0;
    const bucket = createTokenBucket({ ratePerSecond: 2, burst: 2 }, () => now);

    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 500]);
    now = 600;
    expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBe(400);
  });

  test("never saves up more than its burst", () => {
    let now = 0;
    const bucket = createTokenBucket({ ratePerSecond: 100, burst: 1 }, () => now);
    now = 3_600_000;

    expect([bucket.take(), bucket.take()]).toEqual([0, 10]);
  });
});

describe("routing", () => {
  const taker = (name: string, overflow: Overflow, undelivered: number, capacity = 2) => ({
    name,
    overflow,
    undelivered,
    capacity,
  });
  const NOTHING = {
    rejectedBy: [],
    blockedBy: [],
    queueFor: [],
    dropNewestFor: [],
    dropOldestFor: [],
  };

  test("queues for all that have room, whatever their strategy", () => {
    const strategies = ["drop_oldest", "drop_newest", "block", "reject"] as const;

    expect(routeEvent(strategies.map((overflow) => taker(overflow, overflow, 1)))).toEqual({
      ...NOTHING,
      queueFor: [...strategies],
    });
  });

  test("does by each strategy what it says to those that are full", () => {
    expect(routeEvent([taker("a", "drop_newest", 2), taker("b", "drop_newest", 0)])).toEqual({
      ...NOTHING,
      queueFor: ["b"],
      dropNewestFor: ["a"],
    });
    expect(routeEvent([taker("a", "drop_oldest", 2), taker("b", "drop_oldest", 5)])).toEqual({
      ...NOTHING,
      queueFor: ["a", "b"],
      dropOldestFor: [
        { name: "a", count: 1 },
        { name: "b", count: 4 },
      ],
    });
    expect(routeEvent([taker("a", "reject", 2)]).rejectedBy).toEqual(["a"]);
    expect(routeEvent([taker("a", "block", 3)]).blockedBy).toEqual(["a"]);
  });

  test("never counts a subscription without a capacity as full", () => {
    const boundless = { ...taker("a", "reject", 1_000_000), capacity: null };

    expect(routeEvent([boundless])).toEqual({ ...NOTHING, queueFor: ["a"] });
  });
});

describe("water marks", () => {
  test("C18: lie at 80 % and 20 % of the capacity: 800 and 200 for 1,000", () => {
    expect(waterMarks(1000)).toEqual({ high: 800, low: 200 });
    expect(waterMarks(2)).toEqual({ high: 2, low: 0 });
  });

  test("change the pressure only when the far mark is reached", () => {
    expect(changeOfPressure(false, 799, 1000)).toBeUndefined();
    expect(changeOfPressure(false, 800, 1000)).toBe("overflowStarted");
    expect(changeOfPressure(true, 201, 1000)).toBeUndefined();
    expect(changeOfPressure(true, 200, 1000)).toBe("overflowRelieved");
  });

  test("tell of each crossing once, per subscription, and never of one without a capacity", () => {
    const notices: Notice[] = [];
    const gauge = createPressureGauge((notice) => notices.push(notice));

    for (const undelivered of [7, 8, 9, 3, 8, 2, 1, 8]) gauge.look("a", undelivered, 10);
    gauge.look("b", 10, 10);
    gauge.look("c", 1000, null);

    expect(notices.map(({ kind }) => kind)).toEqual([
      "overflowStarted",
      "overflowRelieved",
      "overflowStarted",
      "overflowStarted",
    ]);
    expect(notices.at(-1)).toEqual({
      kind: "overflowStarted",
      subscription: "b",
      undelivered: 10,
      capacity: 10,
    });
  });
});
