import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { listen, startDispatcher, type EventBus } from "../../../src/events/index.ts";
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

const QUICK = { pollMs: 5 };
const PATIENT = { timeout: 60_000 };
const serve = { kinds: ["test"] };

const backlog = async (): Promise<number | undefined> => (await bus.readBacklogs())[0]?.undelivered;

describe("a dispatcher", () => {
  test("A22: a handler that throws fails neither the publisher nor other subscribers, and is tried again", async () => {
    await bus.subscribe({
      name: "bad",
      globs: ["**"],
      kind: "bad",
      maxAttempts: 2,
      retryDelayMs: 0,
    });
    await bus.subscribe({ name: "good", globs: ["**"], kind: "good" });
    const seen: string[] = [];
    const errors: unknown[] = [];
    const dispatcher = startDispatcher({
      bus,
      serve: { kinds: ["bad", "good"] },
      ...QUICK,
      onError: (error) => errors.push(error),
      handle: async ({ kind, event }) => {
        if (kind === "bad") throw new Error("hook failed");
        seen.push(event.type);
      },
    });

    const published = await bus.publish({ type: "a" });
    await vi.waitFor(async () => {
      expect(await bus.listDeadLetters()).toHaveLength(1);
    }, PATIENT);
    await dispatcher.stop();

    expect(published.queuedFor).toEqual(["bad", "good"]);
    expect(seen).toEqual(["a"]);
    expect(await bus.listDeadLetters()).toMatchObject([
      { subscription: "bad", error: "hook failed", attempts: 2 },
    ]);
    expect(errors).toHaveLength(2);
  });

  test("works on no more deliveries at once than it may, and on all in the end", async () => {
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    for (let index = 0; index < 20; index += 1) await bus.publish({ type: "n" });
    let atOnce = 0;
    let most = 0;
    const dispatcher = startDispatcher({
      bus,
      serve,
      ...QUICK,
      concurrency: 3,
      handle: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise(setImmediate);
        atOnce -= 1;
      },
    });

    await vi.waitFor(async () => {
      expect(await backlog()).toBe(0);
    }, PATIENT);
    await dispatcher.stop();

    expect(most).toBe(3);
  });

  test("stops only when what it works on is done and acknowledged", async () => {
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    await bus.publish({ type: "n" });
    let release = (): void => undefined;
    const started = vi.fn();
    const dispatcher = startDispatcher({
      bus,
      serve,
      ...QUICK,
      handle: () => {
        started();
        return new Promise((resolve) => {
          release = resolve;
        });
      },
    });
    await vi.waitFor(() => {
      expect(started).toHaveBeenCalled();
    }, PATIENT);
    const stopped = dispatcher.stop();
    expect(await backlog()).toBe(1);

    release();
    await stopped;

    expect(await backlog()).toBe(0);
  });

  test("keeps a delivery for longer than its lease while the handler works", async () => {
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    await bus.publish({ type: "n" });
    const extend = vi.fn(bus.extend);
    let release = (): void => undefined;
    const handle = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const dispatcher = startDispatcher({
      bus: { ...bus, extend },
      serve,
      ...QUICK,
      leaseMs: 3000,
      handle,
    });

    await vi.waitFor(() => {
      expect(extend).toHaveResolvedWith(true);
    }, PATIENT);
    release();
    await dispatcher.stop();

    expect(handle).toHaveBeenCalledTimes(1);
    expect(await backlog()).toBe(0);
  });

  test("tells a handler by its signal that somebody else has the delivery now", async () => {
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    await bus.publish({ type: "n" });
    const started = vi.fn();
    const dispatcher = startDispatcher({
      bus,
      serve,
      ...QUICK,
      leaseMs: 3000,
      handle: (_delivery, signal) => {
        started();
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve();
          });
        });
      },
    });
    await vi.waitFor(() => {
      expect(started).toHaveBeenCalledTimes(1);
    }, PATIENT);
    await queryDatabase(
      testBus.url,
      "update heddle.event_deliveries set claim = 'somebody else', available_at = now() + interval '1 hour'",
    );

    await dispatcher.stop();

    expect(started).toHaveBeenCalledTimes(1);
    expect(await backlog()).toBe(1);
  });

  test("outlasts a database that does not answer for a while", async () => {
    await bus.subscribe({ name: "s", globs: ["**"], kind: "test" });
    await bus.publish({ type: "n" });
    const errors: unknown[] = [];
    let isAway = true;
    const handled = vi.fn();
    const dispatcher = startDispatcher({
      bus: {
        ...bus,
        claim: (request) =>
          isAway ? Promise.reject(new Error("database is away")) : bus.claim(request),
      },
      serve,
      ...QUICK,
      onError: (error) => errors.push(error),
      handle: async () => {
        handled();
      },
    });
    await vi.waitFor(() => {
      expect(errors.length).toBeGreaterThan(1);
    }, PATIENT);
    isAway = false;

    await vi.waitFor(() => {
      expect(handled).toHaveBeenCalledTimes(1);
    }, PATIENT);
    await dispatcher.stop();
  });
});

describe("a live listener", () => {
  test("C16: two listeners both receive what fits, in order, from now on", async () => {
    await bus.publish({ type: "system.before" });
    const [first, second]: [string[], string[]] = [[], []];
    const listeners = await Promise.all(
      [first, second].map((seen) =>
        listen({
          bus,
          globs: ["system.*"],
          ...QUICK,
          onEvent: ({ type }) => void seen.push(type),
        }),
      ),
    );
    for (const type of ["system.startup", "agent.created", "system.shutdown"]) {
      await bus.publish({ type });
    }

    await vi.waitFor(() => {
      expect([first, second]).toEqual([
        ["system.startup", "system.shutdown"],
        ["system.startup", "system.shutdown"],
      ]);
    }, PATIENT);
    await Promise.all(listeners.map((listener) => listener.stop()));

    expect(await bus.listSubscriptions()).toEqual([]);
  });

  test("subscribes again when its subscription was taken for dead", async () => {
    const seen: string[] = [];
    const listener = await listen({
      bus,
      globs: ["**"],
      ...QUICK,
      leaseMs: 3000,
      onEvent: ({ type }) => void seen.push(type),
    });
    await bus.unsubscribe(listener.name);
    await vi.waitFor(async () => {
      expect(await bus.listSubscriptions()).toHaveLength(1);
    }, PATIENT);

    await bus.publish({ type: "after" });

    await vi.waitFor(() => {
      expect(seen).toContain("after");
    }, PATIENT);
    await listener.stop();
  });
});
