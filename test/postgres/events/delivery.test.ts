import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Delivery, EventBus, NewSubscription } from "../../../src/events/index.ts";
import { createTestBus, type TestBus } from "../../support/event-bus.ts";
import { queryDatabase } from "../../support/query-database.ts";

let testBus: TestBus;
let bus: EventBus;
beforeAll(async () => {
  testBus = await createTestBus();
});
beforeEach(async () => {
  bus = await testBus.reset();
});
afterAll(() => testBus.close());

const subscribe = (more: Partial<NewSubscription> = {}): Promise<unknown> =>
  bus.subscribe({ name: "s", globs: ["**"], kind: "test", retryDelayMs: 0, ...more });

const claim = (limit = 10, leaseMs = 60_000): Promise<readonly Delivery[]> =>
  bus.claim({ kinds: ["test"], limit, leaseMs });

async function claimOne(): Promise<Delivery> {
  const [delivery] = await claim(1);
  if (delivery === undefined) throw new Error("Expected a delivery");
  return delivery;
}

/** As if the consumer's process had died and its lease had run out. */
const endLeases = (): Promise<unknown> =>
  queryDatabase(testBus.url, "update heddle.event_deliveries set available_at = now()");

describe("a delivery", () => {
  test("is claimed by one consumer only, oldest event first, and is over when acknowledged", async () => {
    await subscribe({ target: { run: "wf-1" } });
    for (const type of ["n1", "n2", "n3"]) await bus.publish({ type });

    const [first, ...others] = await claim(2);
    const rest = await claim();

    expect(first).toMatchObject({ subscription: "s", kind: "test", target: { run: "wf-1" } });
    expect([first, ...others, ...rest].map((one) => one?.event.type)).toEqual(["n1", "n2", "n3"]);
    expect(first?.attempt).toBe(1);
    expect(first && (await bus.acknowledge(first))).toBe(true);
    expect(first && (await bus.acknowledge(first))).toBe(false);
    expect(await bus.readBacklogs()).toEqual([
      { subscription: "s", undelivered: 2, deadLetters: 0 },
    ]);
  });

  test("goes to one of many consumers that claim at once", async () => {
    await subscribe();
    for (let index = 0; index < 50; index += 1) await bus.publish({ type: "n", id: `e${index}` });

    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(20)));

    const ids = claims.flat().map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("that nobody acknowledged is delivered again when its lease ends, and the late consumer is told that it lost it", async () => {
    await subscribe();
    await bus.publish({ type: "n" });
    const late = await claimOne();
    expect(await claim()).toEqual([]);
    await endLeases();

    const again = await claimOne();

    expect(again).toMatchObject({ attempt: 2, event: late.event });
    expect(await bus.acknowledge(late)).toBe(false);
    expect(await bus.extend(late, 1000)).toBe(false);
    expect(await bus.reject(late, "too late")).toBe("lost");
    expect(await bus.acknowledge(again)).toBe(true);
  });

  test("is held for longer by a consumer that extends its lease", async () => {
    await subscribe();
    await bus.publish({ type: "n" });
    const [delivery] = await claim(1, 0);

    expect(delivery && (await bus.extend(delivery, 60_000))).toBe(true);

    expect(await claim()).toEqual([]);
  });

  test("that is rejected is tried again until its attempts are used up, and is then a dead letter with the last error", async () => {
    await subscribe({ maxAttempts: 3 });
    const { event } = await bus.publish({ type: "n" });

    const ends = [];
    for (const error of ["first", "second", "third\u0000"]) {
      ends.push(await bus.reject(await claimOne(), error));
    }

    expect(ends).toEqual(["retried", "retried", "dead"]);
    expect(await claim()).toEqual([]);
    expect(await bus.listDeadLetters()).toMatchObject([
      {
        event,
        subscription: "s",
        reason: "attemptsExhausted",
        error: "third\ufffd",
        attempts: 3,
        redeliveries: 0,
      },
    ]);
  });

  test("waits twice as long before each further attempt, up to the longest delay", async () => {
    const anHourMs = 3_600_000;
    await subscribe({
      maxAttempts: 100,
      retryDelayMs: anHourMs,
      maxRetryDelayMs: 3 * anHourMs,
    });
    await bus.publish({ type: "n" });
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await bus.reject(await claimOne(), "no");
      const { rows } = await queryDatabase(
        testBus.url,
        "select round(extract(epoch from available_at - clock_timestamp()) / 3600)::integer as hours from heddle.event_deliveries",
      );
      delays.push(Number(rows[0]?.["hours"]));
      expect(await claim()).toEqual([]);
      await endLeases();
    }

    expect(delays).toEqual([1, 2, 3, 3]);
  });

  test("that kills every consumer without a word ends as a dead letter, too", async () => {
    await subscribe({ maxAttempts: 2 });
    await bus.publish({ type: "poison" });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expect(await claim()).toHaveLength(1);
      await endLeases();
    }

    expect(await claim()).toEqual([]);

    expect(await bus.listDeadLetters()).toMatchObject([
      { reason: "attemptsExhausted", attempts: 2, subscription: "s" },
    ]);
    expect((await bus.listDeadLetters())[0]?.error).toMatch(/neither acknowledged nor rejected/);
  });

  test("C19: is not made when the event's time to live is over: 0 at once, others when it has passed", async () => {
    await subscribe();
    await bus.publish({ type: "stale", ttlMs: 0 });
    await bus.publish({ type: "aged", ttlMs: 20_000 });
    await bus.publish({ type: "fresh", ttlMs: 60_000 });
    await queryDatabase(
      testBus.url,
      "update heddle.events set expires_at = expires_at - interval '30 seconds'",
    );

    expect((await claim()).map(({ event }) => event.type)).toEqual(["fresh"]);
    expect(await bus.listDeadLetters()).toEqual([]);
    expect(await bus.readBacklogs()).toMatchObject([{ undelivered: 1 }]);
  });
});

describe("dead letters", () => {
  const kill = async (type: string): Promise<void> => {
    await bus.publish({ type });
    await bus.reject(await claimOne(), "no");
  };

  test("are listed newest first, by subscription, glob and id, and limited", async () => {
    await bus.publish({ type: "lost" });
    await subscribe({ maxAttempts: 1 });
    for (const type of ["order.paid", "order.sent"]) await kill(type);
    const list = async (filter: Parameters<EventBus["listDeadLetters"]>[0]): Promise<string[]> =>
      (await bus.listDeadLetters(filter)).map(({ event }) => event.type);
    const [newest] = await bus.listDeadLetters();

    expect(await list({})).toEqual(["order.sent", "order.paid", "lost"]);
    expect(await list({ limit: 1 })).toEqual(["order.sent"]);
    expect(await list({ subscription: "s" })).toEqual(["order.sent", "order.paid"]);
    expect(await list({ glob: "order.paid" })).toEqual(["order.paid"]);
    expect(await list({ ids: newest === undefined ? [] : [newest.id] })).toEqual(["order.sent"]);
    expect(await list({ ids: [] })).toEqual([]);
    await expect(list({ glob: "order.p*" })).rejects.toMatchObject({
      code: "EVENT_FILTER_INVALID",
    });
  });

  test("are queued again for their subscription with fresh attempts, and remember how often", async () => {
    await subscribe({ maxAttempts: 1 });
    await kill("n");

    expect(await bus.redeliver()).toBe(1);

    expect(await bus.listDeadLetters()).toEqual([]);
    const again = await claimOne();
    expect(again.attempt).toBe(1);
    await bus.reject(again, "still no");
    expect(await bus.listDeadLetters()).toMatchObject([{ redeliveries: 1, error: "still no" }]);
  });

  test("that had no subscriber go to those who subscribe now", async () => {
    await bus.publish({ type: "order.paid" });
    expect(await bus.redeliver()).toBe(0);
    await subscribe({ globs: ["order.*"] });

    expect(await bus.redeliver()).toBe(1);

    expect((await claim()).map(({ event }) => event.type)).toEqual(["order.paid"]);
    expect(await bus.redeliver()).toBe(0);
  });

  test("stay when their subscription is gone or their event has expired", async () => {
    await subscribe({ maxAttempts: 1 });
    await kill("orphaned");
    await bus.publish({ type: "expired", ttlMs: 60_000 });
    await bus.reject(await claimOne(), "no");
    await queryDatabase(
      testBus.url,
      "update heddle.events set expires_at = now() where type = 'expired'",
    );
    expect(await bus.redeliver({ glob: "expired" })).toBe(0);
    await bus.unsubscribe("s");

    expect(await bus.redeliver({ glob: "orphaned" })).toBe(0);

    expect(await bus.listDeadLetters()).toHaveLength(2);
  });

  test("are each queued once when two people redeliver at once", async () => {
    await subscribe({ maxAttempts: 1 });
    for (const type of ["a", "b", "c"]) await kill(type);

    const counts = await Promise.all([bus.redeliver(), bus.redeliver(), bus.redeliver()]);

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await claim()).toHaveLength(3);
  });

  test("are deleted by age", async () => {
    await bus.publish({ type: "lost" });

    expect(await bus.pruneDeadLetters(new Date(Date.now() - 86_400_000))).toBe(0);
    expect(await bus.pruneDeadLetters(new Date(Date.now() + 86_400_000))).toBe(1);

    expect(await bus.listDeadLetters()).toEqual([]);
  });
});
