import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EventBus, EventFilter } from "../../../src/events/index.ts";
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

const types = async (filter?: EventFilter): Promise<string[]> =>
  (await bus.listEvents(filter)).map(({ type }) => type);

describe("the history of events", () => {
  test("C20: keeps only what its allow-list names, and everything is found by the glob for everything", async () => {
    const choosy = testBus.open({ persist: ["important.*"] });
    await bus.subscribe({ name: "all", globs: ["**"], kind: "test" });
    await choosy.publish({ type: "important.news", id: "kept" });
    await choosy.publish({ type: "chatter", id: "not-kept" });

    expect(await types({ glob: "**" })).toEqual(["important.news"]);
    expect(await bus.findEvent("kept")).toBeDefined();
    expect(await bus.findEvent("not-kept")).toBeUndefined();
    const delivered = await bus.claim({ kinds: ["test"], limit: 10, leaseMs: 1000 });
    expect(delivered.map(({ event }) => event.type)).toEqual(["important.news", "chatter"]);
  });

  test("C20: gives the events of one correlation in order of their sequence", async () => {
    for (const [type, correlation] of [
      ["a", "c1"],
      ["b", "c2"],
      ["c", "c1"],
      ["d", "c1"],
    ] as const) {
      await bus.publish({ type, correlation });
    }

    const events = await bus.listEvents({ correlation: "c1" });

    expect(events.map(({ type }) => type)).toEqual(["a", "c", "d"]);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(await types({ correlation: "c1", order: "newestFirst", limit: 1 })).toEqual(["d"]);
  });

  test("is read newest first, by glob, cause, time and place, and limited", async () => {
    const first = await bus.publish({ type: "order.created", id: "root" });
    await bus.publish({ type: "order.paid", causation: "root" });
    await bus.publish({ type: "order-like" });
    await bus.publish({ type: "invoice.sent.late", causation: "root" });
    const hourAgo = new Date(Date.now() - 3_600_000);
    await queryDatabase(
      testBus.url,
      "update heddle.events set published_at = $1 where type = 'order-like'",
      [hourAgo],
    );

    expect(await types()).toEqual([
      "invoice.sent.late",
      "order-like",
      "order.paid",
      "order.created",
    ]);
    expect(await types({ glob: "order.*" })).toEqual(["order.paid", "order.created"]);
    expect(await types({ glob: "*.*.late" })).toEqual(["invoice.sent.late"]);
    expect(await types({ glob: "**.sent.**" })).toEqual(["invoice.sent.late"]);
    expect(await types({ glob: "order" })).toEqual([]);
    expect(await types({ causation: "root" })).toEqual(["invoice.sent.late", "order.paid"]);
    expect(await types({ to: new Date(Date.now() - 60_000) })).toEqual(["order-like"]);
    expect(await types({ from: hourAgo, to: hourAgo })).toEqual([]);
    expect(await types({ from: hourAgo, limit: 2 })).toEqual(["invoice.sent.late", "order-like"]);
    expect(await types({ after: first.event.sequence, order: "oldestFirst", limit: 1 })).toEqual([
      "order.paid",
    ]);
    await expect(bus.listEvents({ glob: "ord*" })).rejects.toMatchObject({
      code: "EVENT_FILTER_INVALID",
    });
    await expect(bus.listEvents({ limit: -1 })).rejects.toMatchObject({
      code: "EVENT_FILTER_INVALID",
    });
  });

  test("counts events by type, most frequent first", async () => {
    for (const type of ["a.x", "b", "a.x", "a.y"]) await bus.publish({ type });

    expect(await bus.countByType()).toEqual([
      { type: "a.x", count: 2 },
      { type: "a.y", count: 1 },
      { type: "b", count: 1 },
    ]);
    expect(await bus.countByType("a.*")).toHaveLength(2);
  });

  test("A22: is capped at the newest 1,000", async () => {
    await bus.subscribe({ name: "all", globs: ["**"], kind: "test" });
    for (let index = 0; index < 1005; index += 1) {
      await bus.publish({ type: `n${index}` });
    }
    await bus.unsubscribe("all");

    expect(await bus.prune({ keepNewest: 1000 })).toBe(5);

    const kept = await bus.listEvents({ order: "oldestFirst", limit: 2000 });
    expect(kept).toHaveLength(1000);
    expect(kept[0]?.type).toBe("n5");
    expect(await bus.prune({ keepNewest: 1000 })).toBe(0);
  });

  test("is pruned by age, but never of what somebody still waits for", async () => {
    await bus.publish({ type: "dead.letter" });
    await bus.subscribe({ name: "s", globs: ["queued"], kind: "test" });
    await bus.subscribe({ name: "gone", globs: ["done"], kind: "test" });
    await bus.publish({ type: "queued" });
    await bus.publish({ type: "done" });
    await bus.unsubscribe("gone");

    expect(await bus.prune({ before: new Date(Date.now() - 86_400_000) })).toBe(0);
    expect(await bus.prune({ before: new Date(Date.now() + 86_400_000) })).toBe(1);

    expect(await types()).toEqual(["queued", "dead.letter"]);
  });

  test("loses what it was not to keep with the first pruning after the delivery", async () => {
    const forgetful = testBus.open({ persist: [] });
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    await forgetful.publish({ type: "a", id: "a" });
    expect(await bus.prune({})).toBe(0);
    const [delivery] = await bus.claim({ kinds: ["test"], limit: 1, leaseMs: 60_000 });
    if (delivery !== undefined) await bus.acknowledge(delivery);

    expect(await bus.prune({})).toBe(1);

    expect(await forgetful.publish({ type: "a", id: "a" })).toMatchObject({ created: true });
  });
});
