/** How steps end, and what that means for others: `fail`, `stop`, failure, `onError`, `fallback`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { finish, runDocument, startDocument, untilWaiting } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-endings" });
});
afterAll(() => engine.stop());

const broken = { fail: { type: "Broken", message: "it broke", details: { why: "test" } } };
const once = { retry: { maximumAttempts: 1 } };
const stuck = { waitFor: { event: "never" } };

describe("fail", () => {
  it("fails the run with the author's own type, message and details", async () => {
    const document = {
      steps: {
        it: {
          fail: { type: "TooBig", message: "got ${{ input }}", details: { n: "${{ input }}" } },
        },
      },
    };
    const ran = await runDocument(engine, document, 7);

    expect(ran.error).toMatchObject({
      type: "TooBig",
      message: "step it: got 7",
      details: { step: "it", n: 7 },
    });
  });
});

describe("stop", () => {
  it("ends the run as succeeded, with its output, and cancels what runs", async () => {
    const ran = await runDocument(engine, {
      output: "unused",
      steps: { stuck, it: { stop: { output: { n: "${{ 1 + 1 }}" } } } },
    });

    expect(ran).toMatchObject({
      status: "succeeded",
      output: { n: 2 },
      statuses: { stuck: "cancelled", it: "succeeded" },
    });
  });

  it("ends the whole run from inside a scope", async () => {
    const ran = await runDocument(engine, {
      steps: {
        scope: { group: { steps: { it: { stop: {} } } } },
        after: { needs: ["scope"], set: { n: 1 } },
      },
    });

    expect(ran).toMatchObject({ status: "succeeded", output: null });
    expect(ran.statuses["after"]).not.toBe("succeeded");
  });
});

describe("a failing step", () => {
  it("cancels what runs, since failFast is the default, and its error is in the run's details", async () => {
    const ran = await runDocument(engine, { steps: { stuck, it: { run: "exit 4", ...once } } });

    expect(ran).toMatchObject({
      status: "failed",
      error: {
        type: "StepFailed",
        details: { step: "it", error: { type: "CommandFailed", details: { exitCode: 4 } } },
      },
      statuses: { stuck: "cancelled", it: "failed" },
    });
  });

  it("lets other branches finish without failFast, and then fails the run", async () => {
    const handle = await startDocument(engine, {
      coordination: { failFast: false },
      steps: {
        it: broken,
        slow: { waitFor: { event: "go" } },
        then: { needs: ["slow"], set: { n: 1 } },
      },
    });
    await untilWaiting(handle, "slow");
    await handle.signal("event", { type: "go" });

    expect(await finish(handle)).toMatchObject({
      status: "failed",
      error: { type: "Broken" },
      statuses: { slow: "succeeded", then: "succeeded" },
    });
  });

  it("stays failed for joins but lets the run succeed with onError: continue", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: { set: { n: "${{ input.a.b }}" }, onError: "continue" },
        all: { needs: ["it"], set: { n: 1 } },
        done: { needs: ["it"], join: "done", set: { n: 1 } },
        anyFailed: { needs: ["it"], join: "anyFailed", set: { n: 1 } },
      },
    });

    expect(ran).toMatchObject({
      status: "succeeded",
      statuses: { it: "failed", all: "skipped", done: "succeeded", anyFailed: "succeeded" },
    });
  });
});

describe("fallback", () => {
  it("runs when its step failed for good, sees why, and its output becomes the step's", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: { run: "exit 4", ...once, fallback: { set: { why: "${{ steps.it.error.type }}" } } },
        after: { set: { got: "${{ steps.it.output.why }}", error: "${{ steps.it.error }}" } },
      },
    });

    expect(ran).toMatchObject({
      status: "succeeded",
      output: { after: { got: "CommandFailed", error: null } },
      statuses: { it: "succeeded" },
    });
  });

  it("does not run when its step succeeds", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { set: { n: 1 }, fallback: { set: { n: 2 } } } },
    });

    expect(ran.output).toEqual({ it: { n: 1 } });
  });

  it("leaves the step failed, with its own error, when it fails too", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: "exit 4", ...once, fallback: broken } },
    });

    expect(ran.error?.details).toMatchObject({ step: "it", error: { type: "Broken" } });
  });
});
