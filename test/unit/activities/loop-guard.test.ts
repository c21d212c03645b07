// Runs that hooks start: how many of them in a minute are let through.
import { ApplicationFailure } from "@temporalio/common";
import { afterEach, describe, expect, it, vi } from "vitest";

import { guardLoop } from "../../../src/activities/loop-guard.ts";
import type { Registry } from "../../../src/registry/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";

const START = { pattern: "child", origin: ["parent/notify"], resumed: false } as const;

function createGuard(registry: Registry = createMemoryRegistry()) {
  const warned: string[] = [];
  const log = { warn: (_facts: object, message: string) => warned.push(message) };
  return {
    warned,
    start: (more: object = {}) => guardLoop({ ...START, ...more }, { registry, log }),
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a hook that starts runs", () => {
  it("is stopped with HookLoop at the 101st in a minute, and may go on when the minute is over", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const guard = createGuard();
    for (let started = 0; started < 100; started += 1) await guard.start();

    const refused: unknown = await guard.start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApplicationFailure);
    expect(refused).toMatchObject({ type: "HookLoop", nonRetryable: true });
    vi.setSystemTime(Date.now() + 60_000);
    await expect(guard.start()).resolves.toBeUndefined();
  });

  it("does not count another hook's runs, runs of roles, runs that nobody's hook started, and runs that go on", async () => {
    const guard = createGuard();
    for (let started = 0; started < 100; started += 1) await guard.start();

    await expect(guard.start({ origin: ["parent/other"] })).resolves.toBeUndefined();
    await expect(guard.start({ origin: undefined })).resolves.toBeUndefined();
    for (let started = 0; started < 101; started += 1)
      await guard.start({ origin: ["parent/role:worker"] });
    await expect(guard.start({ resumed: true })).resolves.toBeUndefined();
  });

  it("starts all the same when the rate cannot be looked up, and the log says so", async () => {
    const away = new Error("no database");
    const hookStore = { read: () => Promise.reject(away), change: () => Promise.reject(away) };
    const guard = createGuard({ ...createMemoryRegistry(), hookStore });
    await expect(guard.start()).resolves.toBeUndefined();
    expect(guard.warned).toEqual(["the rate of a hook's runs cannot be looked up"]);
  });
});
