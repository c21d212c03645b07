/** How runs end: undo, limits, cancellation, pause, and patterns that run patterns. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import {
  finish,
  planOf,
  progressOf,
  runDocument,
  startDocument,
  untilStep,
  untilWaiting,
} from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-runs" });
});
afterAll(() => engine.stop());

const broken = { fail: { type: "Broken", message: "it broke", details: { why: "test" } } };
const once = { retry: { maximumAttempts: 1 } };
const stuck = { waitFor: { event: "never" } };

describe("compensate", () => {
  it("undoes in reverse order of completion, once each, when the run fails", async () => {
    const note = (id: string): JsonObject => ({ run: `echo ${id} >> undone`, ...once });
    const ran = await runDocument(engine, {
      steps: {
        // The last to be undone can tell what was undone before it.
        a: { set: { n: 1 }, compensate: { run: 'test "$(tr -d "\\n" < undone)" = cb', ...once } },
        b: { needs: ["a"], set: { n: 1 }, compensate: note("b") },
        c: { needs: ["b"], set: { n: 1 }, compensate: note("c") },
        bad: { ...broken, needs: ["c"] },
      },
    });

    expect(ran).toMatchObject({
      status: "failed",
      error: { type: "Broken" },
      statuses: {
        "a:compensate": "compensated",
        "b:compensate": "compensated",
        "c:compensate": "compensated",
      },
    });
    expect(ran.error?.details).not.toHaveProperty("compensationProblems");
  });

  it("undoes an action that died midway too, unless it may only after success", async () => {
    const steps = (when?: string): JsonObject => ({
      it: {
        run: "exit 1",
        ...once,
        compensate: { set: { n: 1 }, ...(when === undefined ? {} : { when }) },
      },
    });

    expect((await runDocument(engine, { steps: steps() })).statuses).toMatchObject({
      it: "failed",
      "it:compensate": "compensated",
    });
    expect((await runDocument(engine, { steps: steps("succeeded") })).statuses).toEqual({
      it: "failed",
    });
  });

  it("reads the output of the step that it undoes", async () => {
    const ran = await runDocument(engine, {
      steps: {
        book: {
          set: { id: "b-1" },
          compensate: { run: ["test", "${{ steps.book.output.id }}", "=", "b-1"], ...once },
        },
        bad: { ...broken, needs: ["book"] },
      },
    });

    expect(ran.statuses["book:compensate"]).toBe("compensated");
  });

  it("goes on past one that fails, and says so in the run's details", async () => {
    const ran = await runDocument(engine, {
      steps: {
        a: { set: { n: 1 }, compensate: { set: { n: 2 } } },
        b: { needs: ["a"], set: { n: 1 }, compensate: { run: "exit 9", ...once } },
        bad: { ...broken, needs: ["b"] },
      },
    });

    expect(ran.statuses).toMatchObject({ "a:compensate": "compensated", "b:compensate": "failed" });
    expect(ran.error).toMatchObject({
      type: "Broken",
      details: { compensationProblems: [expect.stringContaining("b: ") as string] },
    });
  });

  it("undoes when the run is cancelled, and not when it succeeds", async () => {
    const done = { set: { n: 1 }, compensate: { set: { n: 2 } } };
    const handle = await startDocument(engine, {
      steps: { done, stuck: { ...stuck, needs: ["done"] } },
    });
    await untilWaiting(handle, "stuck");
    await handle.cancel();

    expect(await finish(handle)).toMatchObject({
      status: "cancelled",
      statuses: { stuck: "cancelled", "done:compensate": "compensated" },
    });
    // Nothing fails here but for null input.
    const steps = { done, risky: { needs: ["done"], set: { n: "${{ input.n }}" } } };
    const fine = await runDocument(engine, { steps }, { n: 1 });
    expect(fine.statuses).toEqual({ done: "succeeded", risky: "succeeded" });
  });
});

describe("a run", () => {
  it("fails with RunTimedOut when its own time is over", async () => {
    const ran = await runDocument(engine, { coordination: { timeout: "100ms" }, steps: { stuck } });

    expect(ran).toMatchObject({
      status: "failed",
      error: { type: "RunTimedOut", message: expect.stringContaining("100ms") as string },
      statuses: { stuck: "cancelled" },
    });
  });

  it("is cancelled when asked to, with everything that runs", async () => {
    const handle = await startDocument(engine, {
      steps: { stuck, work: { run: ["sleep", "60"] } },
    });
    await untilWaiting(handle, "stuck");
    await handle.cancel();

    expect(await finish(handle)).toMatchObject({
      status: "cancelled",
      statuses: { stuck: "cancelled", work: "cancelled" },
    });
  });

  it("starts nothing new while it is paused", async () => {
    const handle = await startDocument(engine, {
      steps: {
        wait: { waitFor: { event: "go" } },
        next: { needs: ["wait"], run: ["echo", "on"] },
      },
    });
    await untilWaiting(handle, "wait");
    await handle.signal("pause");
    await handle.signal("event", { type: "go" });
    await untilStep(handle, "wait", ({ status }) => status === "succeeded");

    const { status, steps } = await progressOf(handle);
    expect(status).toBe("paused");
    expect(steps.filter((step) => step.id === "next" && step.status === "running")).toEqual([]);
    await handle.signal("resume");
    expect((await finish(handle)).statuses).toEqual({ wait: "succeeded", next: "succeeded" });
  });
});

describe("pattern", () => {
  it("gives the output of the child", async () => {
    const child = planOf({ output: "${{ input.n * 2 }}", steps: { one: { set: { n: 1 } } } });
    await engine.register(child);
    const steps = { it: { pattern: child.name, with: { n: "${{ input }}" } } };

    expect((await runDocument(engine, { steps }, 21)).output).toEqual({ it: 42 });
  });

  it("fails with the child's failure", async () => {
    const child = planOf({ steps: { one: broken } });
    await engine.register(child);
    const ran = await runDocument(engine, { steps: { it: { pattern: child.name } } });

    expect(ran.error?.details).toMatchObject({ step: "it", error: { type: "Broken" } });
  });

  it("fails with PatternNotFound where nobody registered it", async () => {
    const ran = await runDocument(engine, { steps: { it: { pattern: "nobody-knows-it" } } });

    expect(ran.error?.details).toMatchObject({ step: "it", error: { type: "PatternNotFound" } });
  });

  it("is cancelled with its parent", async () => {
    const child = planOf({ steps: { stuck } });
    await engine.register(child);
    const handle = await startDocument(engine, {
      steps: {
        it: { pattern: child.name },
        waits: { waitFor: { event: "go" } },
        end: { needs: ["waits"], stop: {} },
      },
    });
    await handle.signal("event", { type: "go" });

    expect(await finish(handle)).toMatchObject({
      status: "succeeded",
      statuses: { it: "cancelled" },
    });
  });
});
