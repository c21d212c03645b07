import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventBus, NewSubscription, Notice } from "../../../src/events/index.ts";
import { createTestBus, type TestBus } from "../../support/event-bus.ts";
import { anyOf, containing, matching } from "../../support/matchers.ts";
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

const subscribe = (name: string, more: Partial<NewSubscription> = {}): Promise<unknown> =>
  bus.subscribe({ name, globs: ["**"], kind: "test", ...more });

const claimed = async (...subscriptions: string[]): Promise<string[]> =>
  (await bus.claim({ subscriptions, limit: 100, leaseMs: 60_000 })).map(
    ({ subscription, event }) => `${subscription}:${event.type}`,
  );

describe("publishing", () => {
  test("C16: queues an event for every subscription whose glob fits, and for no other", async () => {
    await subscribe("system", { globs: ["system.*"] });
    await subscribe("system-too", { globs: ["system.*", "system.startup"] });
    await subscribe("everything", { globs: ["**"] });
    await subscribe("exact", { globs: ["exact"] });

    const startup = await bus.publish({ type: "system.startup" });
    await bus.publish({ type: "agent.created" });
    await bus.publish({ type: "exact.match" });
    await bus.publish({ type: "exact" });

    expect(startup.queuedFor).toEqual(["everything", "system", "system-too"]);
    expect(await claimed("system")).toEqual(["system:system.startup"]);
    expect(await claimed("system-too")).toEqual(["system-too:system.startup"]);
    expect(await claimed("exact")).toEqual(["exact:exact"]);
    expect(await claimed("everything")).toEqual([
      "everything:system.startup",
      "everything:agent.created",
      "everything:exact.match",
      "everything:exact",
    ]);
  });

  test("gives an event back as it was published, with its place in time and in the sequence", async () => {
    await subscribe("all");
    const event = {
      id: "my-id",
      type: "order.paid",
      data: { text: "\u0000\ud800😀", deep: [1, null] },
      source: "run:wf-1",
      correlation: "c-1",
      causation: "e-0",
      ttlMs: 60_000,
    };

    const published = await bus.publish(event);
    const [delivery] = await bus.claim({ kinds: ["test"], limit: 1, leaseMs: 1000 });

    const { ttlMs: _ttlMs, ...facts } = event;
    expect(published).toEqual({
      event: {
        ...facts,
        sequence: anyOf(Number),
        publishedAt: matching(/^\d{4}-.*Z$/),
        expiresAt: matching(/^\d{4}-.*Z$/),
      },
      created: true,
      queuedFor: ["all"],
      droppedFor: [],
      isDeadLetter: false,
    });
    const lifeMs =
      Date.parse(published.event.expiresAt ?? "") - Date.parse(published.event.publishedAt);
    expect(lifeMs).toBe(60_000);
    expect(delivery?.event).toEqual(published.event);
    expect(await bus.findEvent("my-id")).toEqual(published.event);
  });

  test("C19: numbers events in strictly increasing order", async () => {
    const sequences: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      sequences.push((await bus.publish({ type: "tick" })).event.sequence);
    }

    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(new Set(sequences).size).toBe(10);
  });

  test("does nothing when an event of the same id was published before, and says so", async () => {
    await subscribe("all");

    const results = await Promise.all(
      Array.from({ length: 10 }, () => bus.publish({ id: "once", type: "order.paid" })),
    );

    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ event }) => event.sequence)).size).toBe(1);
    expect(await claimed("all")).toEqual(["all:order.paid"]);
    expect(bus.counters()).toMatchObject({ published: 1, duplicates: 9 });
  });

  test("A22: makes an event without any subscriber a dead letter", async () => {
    const { isDeadLetter, event } = await bus.publish({ type: "nobody.cares" });

    expect(isDeadLetter).toBe(true);
    const [letter] = await bus.listDeadLetters();
    expect(letter).toEqual({
      id: anyOf(Number),
      event,
      reason: "noSubscriber",
      attempts: 0,
      redeliveries: 0,
      diedAt: anyOf(Date),
    });
    expect(bus.counters()).toMatchObject({ published: 1, noSubscriber: 1 });
  });

  test.for<readonly [title: string, event: Parameters<EventBus["publish"]>[0], reason: string]>([
    ["a type with a wildcard", { type: "order.*" }, "only subscriptions have wildcards"],
    ["an empty type", { type: "" }, "no segment may be empty"],
    ["a negative time to live", { type: "a", ttlMs: -1 }, "ttlMs"],
    ["an empty id", { type: "a", id: "" }, "id"],
    ["U+0000 in a correlation", { type: "a", correlation: "\u0000" }, "U+0000"],
  ])("refuses %s", async ([, event, reason]) => {
    await expect(bus.publish(event)).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message: containing(reason),
    });
  });
});

describe("the rate limit of a bus", () => {
  test("C17: refuses the third of three at 2 per second and burst 2, and accepts one after 600 ms", async () => {
    let now = 0;
    const notices: Notice[] = [];
    const limited = testBus.open({
      rateLimit: { ratePerSecond: 2, burst: 2 },
      now: () => now,
      onNotice: (notice) => notices.push(notice),
    });
    await limited.publish({ type: "a" });
    await limited.publish({ type: "a" });

    await expect(limited.publish({ type: "a" })).rejects.toMatchObject({
      code: "EVENT_RATE_LIMITED",
      details: { retryAfterMs: 500, ratePerSecond: 2 },
    });
    now = 600;
    await limited.publish({ type: "a" });

    expect(limited.counters()).toMatchObject({ published: 3, rateLimited: 1 });
    expect(notices).toEqual([{ kind: "rateExceeded", type: "a", retryAfterMs: 500 }]);
    expect(await bus.listEvents()).toHaveLength(3);
  });
});

describe("a full subscription", () => {
  test("C17: with room for two that drops the newest does not get the third, and the statistics count it", async () => {
    await subscribe("small", { capacity: 2, overflow: "drop_newest" });
    await bus.publish({ type: "n1" });
    await bus.publish({ type: "n2" });

    const third = await bus.publish({ type: "n3" });

    expect(third).toMatchObject({ queuedFor: [], droppedFor: ["small"], isDeadLetter: false });
    expect(await claimed("small")).toEqual(["small:n1", "small:n2"]);
    expect(bus.counters()).toMatchObject({ published: 3, droppedNewest: 1 });
    expect(await bus.listDeadLetters()).toEqual([]);
  });

  test("that drops the oldest gets the third and loses the first", async () => {
    await subscribe("small", { capacity: 2, overflow: "drop_oldest" });
    for (const type of ["n1", "n2", "n3"]) await bus.publish({ type });

    expect(await claimed("small")).toEqual(["small:n2", "small:n3"]);
    expect(bus.counters()).toMatchObject({ published: 3, droppedOldest: 1 });
  });

  test("that drops the oldest leaves alone what a consumer works on", async () => {
    await subscribe("small", { capacity: 2, overflow: "drop_oldest" });
    await bus.publish({ type: "n1" });
    await bus.publish({ type: "n2" });
    const [first] = await bus.claim({ subscriptions: ["small"], limit: 1, leaseMs: 60_000 });

    await bus.publish({ type: "n3" });

    expect(await claimed("small")).toEqual(["small:n3"]);
    expect(first && (await bus.acknowledge(first))).toBe(true);
  });

  test("that rejects has the event refused, stored nowhere and given to nobody", async () => {
    await subscribe("small", { capacity: 1, overflow: "reject" });
    await subscribe("large");
    await bus.publish({ type: "n1", id: "first" });

    await expect(bus.publish({ type: "n2" })).rejects.toMatchObject({
      code: "EVENT_REJECTED",
      message: containing('the subscription "small" is full'),
      details: { full: ["small"] },
    });

    expect(await claimed("large")).toEqual(["large:n1"]);
    expect((await bus.listEvents()).map(({ type }) => type)).toEqual(["n1"]);
    expect(bus.counters()).toMatchObject({ published: 1, rejected: 1 });
    expect(await bus.publish({ type: "n1", id: "first" })).toMatchObject({ created: false });
  });

  test("that blocks holds the publisher until a consumer has made room", async () => {
    await subscribe("small", { capacity: 1, overflow: "block" });
    await bus.publish({ type: "n1" });
    const [delivery] = await bus.claim({ subscriptions: ["small"], limit: 1, leaseMs: 60_000 });
    const blocked = bus.publish({ type: "n2" });
    await vi.waitFor(
      () => {
        expect(bus.counters().blocked).toBe(1);
      },
      { timeout: 60_000 },
    );
    expect(await bus.listEvents()).toHaveLength(1);

    if (delivery !== undefined) await bus.acknowledge(delivery);

    expect(await blocked).toMatchObject({ created: true, queuedFor: ["small"] });
  });

  test("that blocks lets go of the publisher after a while, with nothing published", async () => {
    const impatient = testBus.open({ blockTimeoutMs: 0 });
    await subscribe("small", { capacity: 1, overflow: "block" });
    await impatient.publish({ type: "n1" });

    await expect(impatient.publish({ type: "n2" })).rejects.toMatchObject({
      code: "EVENT_BLOCKED",
      details: { full: ["small"] },
    });
    expect(await bus.listEvents()).toHaveLength(1);
  });

  test("tells when its backlog crosses the high mark, and the low one on the way back", async () => {
    const notices: Notice[] = [];
    const watching = testBus.open({ onNotice: (notice) => notices.push(notice) });
    await subscribe("ten", { capacity: 10 });
    for (let index = 0; index < 9; index += 1) await watching.publish({ type: "n" });
    const deliveries = await bus.claim({ subscriptions: ["ten"], limit: 7, leaseMs: 60_000 });
    for (const delivery of deliveries) await bus.acknowledge(delivery);
    await watching.readBacklogs();

    expect(notices).toEqual([
      { kind: "overflowStarted", subscription: "ten", undelivered: 8, capacity: 10 },
      { kind: "overflowRelieved", subscription: "ten", undelivered: 2, capacity: 10 },
    ]);
  });
});

describe("a subscription", () => {
  test("is made with its defaults settled, listed by kind, changed under its name, and dropped", async () => {
    const made = await bus.subscribe({ name: "s", globs: ["a.*", "a.*", "b"], kind: "trigger" });
    expect(made).toEqual({
      name: "s",
      globs: ["a.*", "b"],
      kind: "trigger",
      target: {},
      overflow: "reject",
      maxAttempts: 5,
      retryDelayMs: 1000,
      maxRetryDelayMs: 60_000,
      createdAt: anyOf(Date),
    });
    await bus.publish({ type: "b" });

    const changed = await bus.subscribe({
      name: "s",
      globs: ["c"],
      kind: "hook",
      target: { pattern: "p" },
      capacity: 7,
    });

    expect(changed).toMatchObject({ globs: ["c"], kind: "hook", target: { pattern: "p" } });
    expect(await bus.listSubscriptions("hook")).toEqual([changed]);
    expect(await bus.listSubscriptions("trigger")).toEqual([]);
    expect((await bus.publish({ type: "a.x" })).queuedFor).toEqual([]);
    expect((await bus.publish({ type: "c" })).queuedFor).toEqual(["s"]);
    const taken = await bus.claim({ kinds: ["hook"], limit: 10, leaseMs: 1000 });
    expect(taken.map(({ event }) => event.type)).toEqual(["b", "c"]);

    expect(await bus.unsubscribe("s")).toBe(true);
    expect(await bus.unsubscribe("s")).toBe(false);
    expect(await bus.listSubscriptions()).toEqual([]);
  });

  test("with a glob that can never match is refused, with the reason", async () => {
    await expect(subscribe("s", { globs: ["order.paid", "ord*", "a..b"] })).rejects.toMatchObject({
      code: "SUBSCRIPTION_INVALID",
      message: matching(/"ord\*" can never match.*no segment may be empty/),
    });
    await expect(subscribe("s", { globs: [] })).rejects.toMatchObject({
      code: "SUBSCRIPTION_INVALID",
    });
    expect(await bus.listSubscriptions()).toEqual([]);
  });

  test("with a lease is gone when the lease ends without a sign of life, and takes nothing any more", async () => {
    await subscribe("live", { leaseMs: 60_000 });
    expect(await bus.renew("live")).toBe(true);
    await queryDatabase(
      testBus.url,
      "update heddle.event_subscriptions set alive_until = now() - interval '1 second'",
    );

    expect(await bus.listSubscriptions()).toEqual([]);
    expect(await bus.renew("live")).toBe(false);
    expect(await bus.publish({ type: "a" })).toMatchObject({ queuedFor: [], isDeadLetter: true });
  });
});
