/** Many publishers, consumers and crashes at once: nothing is lost, nothing deadlocks, capacities hold. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startDispatcher, type EventBus } from "../../../src/events/index.ts";
import { createTestBus, type TestBus } from "../../support/event-bus.ts";

let testBus: TestBus;
let bus: EventBus;
beforeAll(async () => {
  testBus = await createTestBus();
});
beforeEach(async () => {
  bus = await testBus.reset();
});
afterAll(() => testBus.close());

const PUBLISHERS = 8;
const EVENTS_EACH = 40;

describe("a busy bus", () => {
  test("delivers every event at least once although consumers keep dying with what they claimed", async () => {
    await bus.subscribe({ name: "lossless", globs: ["**"], kind: "work", maxAttempts: 1000 });
    const errors: unknown[] = [];
    const seen = new Set<string>();
    const dispatchers = [1, 2].map(() =>
      startDispatcher({
        bus,
        serve: { kinds: ["work"] },
        pollMs: 5,
        onError: (error) => errors.push(error),
        handle: async ({ event }) => {
          seen.add(event.id);
        },
      }),
    );
    const over = new AbortController();
    const dying = (async () => {
      while (!over.signal.aborted) await bus.claim({ kinds: ["work"], limit: 3, leaseMs: 20 });
    })();

    const ids = await publishMany();
    await vi.waitFor(
      async () => {
        expect(seen.size).toBe(ids.length);
      },
      { timeout: 60_000 },
    );
    over.abort();
    await dying;
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));

    expect([...seen].sort()).toEqual(ids.toSorted());
    expect(errors).toEqual([]);
    expect(await bus.listDeadLetters()).toEqual([]);
  });

  test("keeps every limited subscription exactly at its capacity while everybody publishes into them", async () => {
    await bus.subscribe({
      name: "a",
      globs: ["**"],
      kind: "x",
      capacity: 10,
      overflow: "drop_oldest",
    });
    await bus.subscribe({
      name: "b",
      globs: ["n.*"],
      kind: "x",
      capacity: 5,
      overflow: "drop_oldest",
    });
    await bus.subscribe({
      name: "c",
      globs: ["**"],
      kind: "x",
      capacity: 7,
      overflow: "drop_newest",
    });

    const ids = await publishMany();

    expect(await bus.readBacklogs()).toMatchObject([
      { subscription: "a", undelivered: 10 },
      { subscription: "b", undelivered: 5 },
      { subscription: "c", undelivered: 7 },
    ]);
    expect(bus.counters()).toMatchObject({
      published: ids.length,
      droppedOldest: ids.length - 10 + (ids.length - 5),
      droppedNewest: ids.length - 7,
    });
  });
});

async function publishMany(): Promise<readonly string[]> {
  const publishers = Array.from({ length: PUBLISHERS }, async (_, publisher) => {
    const ids: string[] = [];
    for (let index = 0; index < EVENTS_EACH; index += 1) {
      const { event } = await bus.publish({ type: `n.${publisher}`, id: `${publisher}/${index}` });
      ids.push(event.id);
    }
    return ids;
  });
  return (await Promise.all(publishers)).flat();
}
