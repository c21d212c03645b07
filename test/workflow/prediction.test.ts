/** What the verifier predicts of a run, against what Temporal's server recorded of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { predict, readPattern, type Prediction } from "../../src/patterns/index.ts";
import { finish, type TestDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "prediction" });
});
afterAll(() => engine.stop());

const run = (rest: JsonObject = {}): JsonObject => ({ run: ["true"], ...rest });
const hook = (rest: JsonObject = {}): JsonObject => ({
  name: "h",
  on: "step.before",
  handler: { command: ["true"] },
  ...rest,
});

const CASES: Readonly<Record<string, TestDocument>> = {
  "one step": { steps: { a: run() } },
  "nothing but data": { steps: { a: { set: { x: 1 } } } },
  "a chain": { steps: { a: run(), b: run({ needs: ["a"] }), c: run({ needs: ["b"] }) } },
  "steps side by side": {
    steps: { a: run(), b: run(), c: run(), d: run({ needs: ["a", "b", "c"] }) },
  },
  "local steps": {
    steps: { a: run({ dispatch: "local" }), b: run({ dispatch: "local", needs: ["a"] }) },
  },
  "a list of items": { steps: { a: run({ foreach: { items: [1, 2, 3, 4, 5] } }) } },
  "a list of items, two at a time": {
    steps: { a: run({ foreach: { items: [1, 2, 3, 4, 5], concurrency: 2 } }) },
  },
  "a lock": { steps: { a: run({ lock: "prediction" }), b: run({ lock: "prediction" }) } },
  "a result that is kept": {
    steps: {
      a: run({ cache: { key: "prediction", ttl: "1h" } }),
      b: run({ needs: ["a"], cache: { key: "prediction", ttl: "1h" } }),
    },
  },
  "a loop": { steps: { l: { loop: { max: 3, until: "iteration == 2", steps: { a: run() } } } } },
  "a case that is not chosen": {
    steps: { s: { switch: { cases: [{ when: "input == 1", steps: { a: run() } }] } } },
  },
  "a wait": { steps: { a: { wait: "10ms" }, b: run({ needs: ["a"] }) } },
  "hooks as activities": {
    hooks: [hook(), hook({ name: "i", on: "step.after" })],
    steps: { a: run(), b: run() },
  },
  "hooks as markers": {
    hooks: [hook({ dispatch: "local" })],
    steps: { a: run(), b: run({ needs: ["a"] }) },
  },
  "a hook of the run": { hooks: [hook({ on: "run.before" })], steps: { a: run() } },
  "a step that is skipped": { steps: { a: run({ if: "input == 1" }), b: run() } },
  "a fallback": {
    steps: { a: { run: ["false"], retry: { maximumAttempts: 1 }, fallback: { run: ["true"] } } },
  },
  "an event of its own": {
    steps: { a: { waitFor: { event: "x.y", timeout: "1h" } }, b: { emit: { type: "x.y" } } },
  },
};

async function predictAndRun(
  document: TestDocument,
): Promise<{ readonly prediction: Prediction; readonly events: number }> {
  const { accepted, model, issues } = readPattern({ heddle: "v1", version: "1.0.0", ...document });
  if (accepted === undefined || model === undefined) throw new Error(JSON.stringify(issues));
  const handle = await engine.start(accepted.plan, null);
  await finish(handle);
  const { events } = await engine.history(handle);
  return { prediction: predict(model), events: events?.length ?? 0 };
}

describe("the predicted number of events", () => {
  it.each(Object.entries(CASES))("holds for %s", async (title, document) => {
    const name = title.replaceAll(/\W/g, "-");
    const { prediction, events } = await predictAndRun({ ...document, name: `predicted-${name}` });
    expect(events).toBeGreaterThanOrEqual(prediction.events.min);
    expect(events).toBeLessThanOrEqual(prediction.events.max);
  });
});
