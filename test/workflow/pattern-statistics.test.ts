/** How runs ended is read from the server and counted once, whoever asks and however often. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { listClosedRuns } from "../../src/client/index.ts";
import { createLogger } from "../../src/logger.ts";
import { startUpkeep } from "../../src/upkeep.ts";
import { endingOf, planOf, startDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { sampleExecution } from "../support/registry-samples.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "pattern-statistics" });
});
afterAll(() => engine.stop());

it("A19: one run that succeeded and one that failed are two, one each, with their durations", async () => {
  const began = new Date();
  const plan = planOf({
    steps: {
      work: { wait: "100ms" },
      end: { needs: ["work"], if: "${{ input }}", fail: { type: "No", message: "no" } },
    },
  });
  await engine.register(plan);
  for (const input of [false, true]) await endingOf(await engine.start(plan, input));
  const cancelled = await startDocument(engine, {
    name: plan.name,
    version: "1.0.1",
    steps: { wait: { wait: "1h" } },
  });
  await cancelled.cancel();
  await endingOf(cancelled);
  const { registry } = engine;
  const upkeep = startUpkeep({
    registry,
    client: engine.client,
    retention: {},
    logger: createLogger({ level: "silent", format: "plain" }),
  });

  // The server shows what ended a moment later.
  await vi.waitFor(
    async () => {
      expect(await listClosedRuns(engine.client, began)).toSatisfy(
        (runs: readonly { readonly pattern: string }[]) =>
          runs.filter(({ pattern }) => pattern === plan.name).length === 2,
      );
    },
    { timeout: 60_000, interval: 100 },
  );
  await upkeep.stop();
  await upkeep.round();
  await upkeep.round();

  const statistics = await registry.patternStatistics(plan.name);
  expect(statistics).toMatchObject({ count: 2, success: 1, failure: 1, timeouts: 0 });
  expect(statistics.meanSeconds).toBeGreaterThanOrEqual(0.1);
});

it("retention runs by itself, and not where somebody else is at it", async () => {
  const { registry } = engine;
  await registry.recordHookExecution(sampleExecution({ executionId: "old" }));
  const options = {
    registry,
    client: engine.client,
    retention: { maxAgeMs: 0 },
    logger: createLogger({ level: "silent", format: "plain" }),
  };

  const upkeep = startUpkeep({ ...options, intervalMs: 20 });
  await vi.waitFor(
    async () => {
      expect(await registry.findHookExecution("old")).toBeUndefined();
    },
    { timeout: 60_000 },
  );
  await upkeep.stop();

  await registry.exclusively("upkeep", async () => {
    expect(await upkeep.round()).toBe(false);
  });
  expect(await upkeep.round()).toBe(true);
});
