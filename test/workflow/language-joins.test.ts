/** Edges and joins: when a step runs, and what becomes of it when its needs went otherwise. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { runDocument, startDocument, finish, type Ran } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-joins" });
});
afterAll(() => engine.stop());

const good: JsonObject = { set: { n: 1 } };
// The runs' input is null: what the verifier could see to fail or be skipped would be refused where a join needs it.
const bad: JsonObject = { set: { n: "${{ input.a.b }}" }, onError: "continue" };
const off: JsonObject = { if: "input != null", set: { n: 1 } };
const stuck: JsonObject = { waitFor: { event: "never.comes" } };
const killer: JsonObject = { set: { n: 1 }, cancels: ["stuck"] };

/** Runs `it` after the named steps, and says how it went. */
async function joined(join: JsonObject | string, steps: JsonObject): Promise<Ran> {
  const needs = Object.keys(steps).filter((id) => id !== "killer");
  return runDocument(engine, { steps: { ...steps, it: { needs, join, set: { ran: true } } } });
}

describe("an edge", () => {
  it("comes from a reference alone", async () => {
    const ran = await runDocument(engine, {
      steps: {
        reader: { set: { n: "${{ steps.first.output.n + 1 }}" } },
        first: { set: { n: 1 } },
      },
    });

    expect(ran.output).toEqual({ reader: { n: 2 } });
  });
});

describe("a join", () => {
  it.each<[string, JsonObject, string]>([
    ["all", { good, good2: good }, "succeeded"],
    ["all", { good, bad }, "skipped"],
    ["all", { good, off }, "skipped"],
    ["all", { stuck, killer }, "skipped"],
    ["noneFailed", { good, off }, "succeeded"],
    ["noneFailed", { good, bad }, "skipped"],
    ["noneFailed", { stuck, killer }, "skipped"],
    ["done", { good, bad, off }, "succeeded"],
    ["done", { stuck, killer }, "succeeded"],
    ["any", { good, bad }, "succeeded"],
    ["any", { bad, off }, "skipped"],
    ["any", { stuck, killer }, "skipped"],
    ["anyFailed", { good, bad }, "succeeded"],
    ["anyFailed", { good, off }, "skipped"],
    ["anyFailed", { stuck, killer }, "skipped"],
  ])("%s after %j ends as %s", async (join, steps, status) => {
    const ran = await joined(join, steps);

    expect(ran).toMatchObject({ status: "succeeded", statuses: { it: status } });
    if (status === "skipped") expect(ran.steps["it"]?.reason).toMatch(/needed step/);
  });

  it.each<[JsonObject, JsonObject, string]>([
    [{ atLeast: 2 }, { good, good2: good, bad }, "succeeded"],
    [{ atLeast: 2 }, { good, bad, off }, "skipped"],
    [{ atLeast: "50%" }, { good, bad }, "succeeded"],
    [{ atLeast: "60%" }, { good, bad }, "skipped"],
    [{ atLeast: "100%" }, { good, good2: good }, "succeeded"],
  ])("%j after %j ends as %s", async (join, steps, status) => {
    expect((await joined(join, steps)).statuses["it"]).toBe(status);
  });

  it("of any success runs at the first, while the rest goes on", async () => {
    const handle = await startDocument(engine, {
      steps: {
        good,
        stuck: { waitFor: { event: "go" } },
        it: { needs: ["good", "stuck"], join: "any", emit: { type: "go" } },
      },
    });

    expect((await finish(handle)).statuses).toEqual({
      good: "succeeded",
      stuck: "succeeded",
      it: "succeeded",
    });
  });

  it("cancels with cancelRest what it no longer needs, and the run succeeds", async () => {
    const ran = await joined({ atLeast: 1, cancelRest: true }, { good, stuck });

    expect(ran).toMatchObject({
      status: "succeeded",
      statuses: { good: "succeeded", stuck: "cancelled", it: "succeeded" },
    });
    expect(ran.steps["stuck"]?.reason).toBe("step it no longer needs it");
  });

  it("that can never be met is decided at once, though needs still run", async () => {
    const ran = await runDocument(engine, {
      steps: {
        bad,
        stuck,
        it: { needs: ["bad", "stuck"], join: { atLeast: 2 }, set: { n: 1 } },
        then: { needs: ["it"], join: "done", set: { n: 1 }, cancels: ["stuck"] },
      },
    });

    expect(ran.statuses).toMatchObject({ it: "skipped", stuck: "cancelled", then: "succeeded" });
  });

  it("is over at its deadline", async () => {
    const ran = await runDocument(engine, {
      steps: {
        stuck,
        it: { needs: ["stuck"], join: { atLeast: 1, deadline: "50ms" }, set: { n: 1 } },
        then: { needs: ["it"], join: "done", set: { n: 1 }, cancels: ["stuck"] },
      },
    });

    expect(ran.statuses).toEqual({ stuck: "cancelled", it: "skipped", then: "succeeded" });
    expect(ran.steps["it"]?.reason).toBe("the join's deadline passed");
  });

  it("skips on, step by step, with the reason", async () => {
    const ran = await runDocument(engine, {
      steps: { off, next: { needs: ["off"], ...good }, last: { needs: ["next"], ...good } },
    });

    expect(ran).toMatchObject({
      status: "succeeded",
      output: { last: null },
      statuses: { off: "skipped", next: "skipped", last: "skipped" },
    });
    expect(ran.steps["last"]?.reason).toBe("a needed step was skipped");
  });
});

describe("cancels", () => {
  it("fires when its step succeeds", async () => {
    const ran = await runDocument(engine, { steps: { stuck, killer } });

    expect(ran).toMatchObject({ status: "succeeded", statuses: { stuck: "cancelled" } });
    expect(ran.steps["stuck"]?.reason).toBe("cancelled by step killer");
  });

  it("does not fire when its step fails or is skipped", async () => {
    const handle = await startDocument(engine, {
      steps: {
        stuck: { waitFor: { event: "go" } },
        bad: { ...bad, cancels: ["stuck"] },
        off: { ...off, cancels: ["stuck"] },
        last: { needs: ["bad", "off"], join: "done", emit: { type: "go" } },
      },
    });

    expect((await finish(handle)).statuses["stuck"]).toBe("succeeded");
  });

  it("ends a process that runs", async () => {
    const ran = await runDocument(engine, {
      steps: {
        work: { run: "echo started > mark; exec sleep 60" },
        killer: {
          run: "until test -f mark; do sleep 0.02; done",
          cancels: ["work"],
        },
      },
    });

    expect(ran).toMatchObject({ status: "succeeded", statuses: { work: "cancelled" } });
  });
});

describe("if", () => {
  it("skips its step where it does not hold, and null does not hold", async () => {
    const ran = await runDocument(
      engine,
      {
        steps: {
          no: { if: "input.n > 5", set: { n: 1 } },
          none: { if: "input.none", set: { n: 1 } },
        },
      },
      { n: 5, none: null },
    );

    expect(ran.statuses).toEqual({ no: "skipped", none: "skipped" });
  });

  it("fails its step for what is neither true nor false", async () => {
    const document = { steps: { it: { if: "${{ input.n }}", set: { n: 1 } } } };
    const ran = await runDocument(engine, document, { n: 5 });

    expect(ran.error?.details).toMatchObject({ error: { type: "ExpressionFailed" } });
  });
});
