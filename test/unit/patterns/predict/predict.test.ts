import { describe, expect, it } from "vitest";

import {
  predict,
  readPattern,
  summarize,
  type Prediction,
  type Summary,
} from "../../../../src/patterns/index.ts";
import { findCriticalPath } from "../../../../src/patterns/predict/index.ts";
import type { Model } from "../../../../src/patterns/verify/model/model.ts";

function modelOf(steps: object, rest: object = {}): Model {
  const { model } = readPattern({ heddle: "v1", name: "test", version: "1.0.0", ...rest, steps });
  if (model === undefined) throw new Error("not readable");
  return model;
}

const summaryOf = (steps: object, rest?: object): Summary => summarize(modelOf(steps, rest));
const predictionOf = (steps: object, rest?: object): Prediction => predict(modelOf(steps, rest));

describe("the summary", () => {
  it("counts steps, edges, levels and the widest level", () => {
    const summary = summaryOf({
      a: { run: "x" },
      b: { run: "x", needs: ["a"] },
      c: { run: "x ${{ steps.a.output.stdout }}" },
      d: { run: "x", needs: ["b", "c"] },
      e: { run: "x", needs: ["b", "c"] },
      f: { run: "x", needs: ["c"] },
    });
    expect(summary).toMatchObject({ steps: 6, edges: 7, depth: 3, width: 3 });
  });

  it("counts a pair once, however often it is needed and read", () => {
    const summary = summaryOf({
      a: { run: "x" },
      b: {
        run: "x ${{ steps.a.output.stdout }} ${{ steps.a.output.stderr }}",
        needs: ["a", "a"],
        if: "steps.a.output.exitCode == 0",
      },
    });
    expect(summary.edges).toBe(1);
  });

  it("counts nested steps and their edges, and levels of the top scope only", () => {
    const summary = summaryOf({
      a: { run: "x" },
      g: { group: { steps: { b: { run: "x" }, c: { run: "x", needs: ["b"] } } }, needs: ["a"] },
    });
    expect(summary).toMatchObject({ steps: 4, edges: 2, depth: 2, width: 1 });
  });

  it("counts what it can of a document with a cycle", () => {
    const summary = summaryOf({
      a: { run: "x" },
      b: { run: "x", needs: ["a", "c"] },
      c: { run: "x", needs: ["b"] },
    });
    expect(summary).toMatchObject({ steps: 3, edges: 3, depth: 1, width: 1, criticalPath: ["a"] });
  });

  it("is all zeros for no steps", () => {
    expect(summaryOf({})).toMatchObject({ steps: 0, edges: 0, depth: 0, width: 0 });
  });
});

describe("the critical path", () => {
  it("is the chain that takes longest by declared times", () => {
    const summary = summaryOf({
      a: { run: "x", timeout: "1m" },
      b: { run: "x", needs: ["a"], timeout: "1s" },
      c: { run: "x", needs: ["b"], timeout: "1s" },
      d: { wait: "10m", needs: ["a"] },
      e: { run: "x", needs: ["c", "d"], timeout: "1s" },
    });
    expect(summary.criticalPath).toEqual(["a", "d", "e"]);
  });

  it("takes the usual time of a kind where none is declared, and the longer chain of equals", () => {
    const model = modelOf({
      quick: { set: { a: 1 } },
      slow: { agent: "${{ input.role }}" },
      after: { call: "f", needs: ["quick", "slow"] },
      one: { run: "x" },
      two: { run: "x", needs: ["one"] },
    });
    expect(findCriticalPath(model)).toEqual({ steps: ["slow", "after"], durationMs: 62_000 });
    expect(
      summaryOf({ a: { set: { x: 1 } }, b: { set: { y: 1 }, needs: ["a"] } }).criticalPath,
    ).toEqual(["a", "b"]);
  });

  it("measures scopes by what is in them: one at a time when interleaved, the longest case", () => {
    const nested = { p: { run: "x", timeout: "1m" }, q: { run: "x", timeout: "2m" } };
    const durationOf = (step: object): number => findCriticalPath(modelOf({ step })).durationMs;
    expect(durationOf({ group: { steps: nested } })).toBe(120_000);
    expect(durationOf({ group: { steps: nested, interleaved: true } })).toBe(180_000);
    expect(durationOf({ loop: { max: 9, steps: nested } })).toBe(120_000);
    const cases = [{ when: "input.a", steps: { p: nested.p } }];
    expect(durationOf({ switch: { cases, default: { steps: { q: nested.q } } } })).toBe(120_000);
  });
});

describe("the prediction", () => {
  it("counts the envelope of a run that does nothing but decide", () => {
    const { events, activities } = predictionOf({ a: { set: { x: 1 } } });
    // Started, one workflow task, loadPlan's marker, search attributes twice, completed.
    expect(events).toEqual({ min: 8, max: 8 });
    expect(activities).toEqual({ min: 1, max: 1 });
  });

  it("gives a chain a workflow task per step, and steps side by side at least one together", () => {
    const chain = predictionOf({ a: { run: "x" }, b: { run: "x", needs: ["a"] } });
    expect(chain.events).toEqual({ min: 8 + 2 * 6, max: 8 + 2 * 6 });
    const fan = predictionOf({ a: { run: "x" }, b: { run: "x" } });
    expect(fan.events).toEqual({ min: 8 + 2 * 3 + 3, max: 8 + 2 * 6 });
  });

  it("counts a local step as one marker", () => {
    const { events } = predictionOf({ a: { run: "x", dispatch: "local" } });
    expect(events).toEqual({ min: 9, max: 12 });
  });

  it("lets what is conditional, a fallback and a compensation also not happen", () => {
    const { events } = predictionOf({
      a: { run: "x", if: "input.a" },
      b: { run: "x", fallback: { call: "f" } },
      c: { run: "x", compensate: { run: "y" } },
    });
    expect(events).toEqual({ min: 8 + 2 * 3 + 3, max: 8 + 5 * 6 });
  });

  it("counts a step that can never run as nothing", () => {
    expect(predictionOf({ a: { run: "x", if: false } }).events.max).toBe(8);
  });

  it("repeats a loop up to its max, a foreach by its items, and says what only a run knows", () => {
    expect(predictionOf({ l: { loop: { max: 4, steps: { a: { run: "x" } } } } })).toMatchObject({
      activities: { min: 2, max: 5 },
      open: ["l"],
    });
    expect(
      predictionOf({ w: { loop: { max: 4, while: "input.go", steps: { a: { run: "x" } } } } })
        .activities.min,
    ).toBe(1);
    const listed = predictionOf({ e: { run: "x", foreach: { items: [1, 2, 3] } } });
    expect(listed).toMatchObject({ activities: { min: 4, max: 4 }, open: [] });
    expect(listed.events.min).toBe(8 + 3 * 3 + 3);
    const twoAtATime = predictionOf({
      e: { run: "x", foreach: { items: [1, 2, 3], concurrency: 2 } },
    });
    expect(twoAtATime.events.min).toBe(8 + 3 * 3 + 2 * 3);
    const filtered = predictionOf({
      e: { run: "x", foreach: { items: [1, 2, 3], when: "item > 1" } },
    });
    expect(filtered.activities).toEqual({ min: 1, max: 4 });
    const unknown = predictionOf({ e: { run: "x", foreach: { items: "${{ input.files }}" } } });
    expect(unknown).toMatchObject({ activities: { min: 1, max: 101 }, open: ["e"] });
  });

  it("takes the most items that the schema of the list allows", () => {
    const input = { type: "object", properties: { files: { type: "array", maxItems: 7 } } };
    const { activities } = predictionOf(
      { e: { run: "x", foreach: { items: "${{ input.files }}" } } },
      { input },
    );
    expect(activities.max).toBe(8);
  });

  it("counts the dearest case of a switch, and none when there is no default", () => {
    const cases = [
      { when: "input.a", steps: { a: { run: "x" } } },
      { when: "input.b", steps: { b: { run: "x" }, c: { run: "x" } } },
    ];
    expect(predictionOf({ s: { switch: { cases } } }).activities).toEqual({ min: 1, max: 3 });
    const whole = { cases, default: { steps: { d: { run: "x" } } } };
    expect(predictionOf({ s: { switch: whole } }).activities).toEqual({ min: 2, max: 3 });
  });

  it("counts hooks where they match: as activities, as markers, or not at all", () => {
    const hook = (rest: object): object => ({
      hooks: [{ name: "h", on: "step.before", handler: { function: "f" }, ...rest }],
    });
    const steps = { a: { run: "x" }, b: { call: "f" } };
    const plain = predictionOf(steps).events;
    const eventsWith = (rest: object): { min: number; max: number } =>
      predictionOf(steps, hook(rest)).events;
    expect(eventsWith({ match: { kind: "run" } })).toEqual({
      min: plain.min + 6,
      max: plain.max + 6,
    });
    expect(eventsWith({ dispatch: "local" })).toEqual({
      min: plain.min + 2,
      max: plain.max + 2 * 4,
    });
    expect(eventsWith({ if: "event.step.attempt == 1" })).toEqual({
      min: plain.min,
      max: plain.max + 12,
    });
    expect(eventsWith({ on: "step.error" })).toEqual({ min: plain.min, max: plain.max + 12 });
    expect(eventsWith({ on: "step.retry" })).toEqual(plain);
    expect(eventsWith({ enabled: false })).toEqual(plain);
    expect(eventsWith({ on: "run.before" })).toEqual({ min: plain.min, max: plain.max + 6 });
  });

  it("counts children, waits, events and people", () => {
    const rangeOf = (step: object): { min: number; max: number } => {
      const { min, max } = predictionOf({ step }).events;
      return { min: min - 8, max: max - 8 };
    };
    expect(rangeOf({ pattern: "other" })).toEqual({ min: 6, max: 9 });
    expect(rangeOf({ wait: "1m" })).toEqual({ min: 0, max: 5 });
    expect(rangeOf({ waitFor: { event: "a.b" } })).toEqual({ min: 0, max: 9 });
    expect(rangeOf({ approval: { prompt: "?" } })).toEqual({ min: 5, max: 15 });
    expect(rangeOf({ emit: { type: "a.b" } })).toEqual({ min: 0, max: 6 });
    expect(rangeOf({ stop: {} })).toEqual({ min: 0, max: 0 });
  });

  it("counts locks, and results that may be found instead of computed", () => {
    const plain = predictionOf({ a: { run: "x" } });
    const locked = predictionOf({ a: { run: "x", lock: "one" } });
    expect(locked.activities.max).toBe(plain.activities.max + 2);
    expect(locked.events).toEqual({ min: plain.events.min + 6, max: plain.events.max + 12 });
    const cached = predictionOf({ a: { run: "x", cache: { key: "one", ttl: "1h" } } });
    expect(cached.activities).toEqual({ min: 2, max: 4 });
    expect(cached.events).toEqual({ min: 9, max: plain.events.max + 8 });
  });

  it("says after which steps a long run may continue as new", () => {
    const steps = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, at) => [
        `s${at}`,
        at === 0 ? { run: "x" } : { run: "x", needs: [`s${at - 1}`] },
      ]),
    );
    const { continueAsNew, events, bytes } = predictionOf(steps);
    expect(events.max).toBe(8 + 1_500 * 6);
    expect(continueAsNew.length).toBeGreaterThan(1);
    expect(bytes.max).toBeGreaterThan(bytes.min);
    expect(predictionOf({ a: { run: "x" } }).continueAsNew).toEqual([]);
    const cheap = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [
        `w${at}`,
        at === 0 ? { wait: "1m" } : { wait: "1m", needs: [`w${at - 1}`] },
      ]),
    );
    expect(predictionOf(cheap).continueAsNew[0]).toMatchObject({ by: "events" });
  });
});
