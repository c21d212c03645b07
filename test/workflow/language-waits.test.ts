/** The kinds that wait or tell: `wait`, `waitFor`, `approval`, `emit`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import {
  finish,
  progressOf,
  runDocument,
  startDocument,
  untilWaiting,
} from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-waits" });
});
afterAll(() => engine.stop());

describe("wait", () => {
  it.each<[string, unknown]>([
    ["a duration", "20ms"],
    ["milliseconds", 20],
    ["a duration from an expression", "${{ input.short }}"],
    ["a moment in the past", { until: "2001-01-01T00:00:00Z" }],
    ["a moment from an expression", { until: "${{ input.past }}" }],
    ["nothing at all", 0],
  ])("is over for %s, and gives the moment at which it was", async (_what, wait) => {
    const ran = await runDocument(
      engine,
      { steps: { pause: { wait: wait as string } } }, // as: the table holds what a document may hold
      { short: "20ms", past: 978307200000 },
    );

    expect(ran.output).toEqual({ pause: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string });
  });

  it.each<[string, unknown]>([
    ["text that is no duration", "${{ input.text }}"],
    ["a negative duration", "${{ input.negative }}"],
    ["null", "${{ input.none }}"],
    ["a list", "${{ input.list }}"],
    ["a moment that is no timestamp", { until: "${{ input.text }}" }],
  ])("fails with WaitInvalid for %s", async (_what, wait) => {
    const ran = await runDocument(
      engine,
      { steps: { pause: { wait: wait as string } } }, // as: see above
      { text: "soon", negative: -5, none: null, list: [1] },
    );

    expect(ran.error).toMatchObject({ details: { step: "pause", error: { type: "WaitInvalid" } } });
  });
});

describe("waitFor", () => {
  it("gives the first event whose type fits its glob", async () => {
    const handle = await startDocument(engine, {
      steps: { it: { waitFor: { event: "order.*" } } },
    });
    await handle.signal("event", { type: "order.eu.paid", data: { n: 0 } });
    await handle.signal("event", { type: "other.paid", data: { n: 1 } });
    await handle.signal("event", { type: "order.paid", data: { n: 2 } });

    expect((await finish(handle)).output).toMatchObject({
      it: { type: "order.paid", data: { n: 2 } },
    });
  });

  it("takes only what its match holds for, seeing type, data, correlation and other steps", async () => {
    const match =
      "event.data.n == steps.wanted.output.n && event.correlation == input && event.type == 'a.b'";
    const handle = await startDocument(
      engine,
      { steps: { wanted: { set: { n: 2 } }, it: { waitFor: { event: "**", match } } } },
      "mine",
    );
    await handle.signal("event", { type: "a.b", data: { n: 1 }, correlation: "mine" });
    await handle.signal("event", { type: "a.b", data: { n: 2 }, correlation: "other" });
    await handle.signal("event", { type: "a.b", data: { n: 2 }, correlation: "mine", id: "third" });

    expect((await finish(handle)).output).toMatchObject({ it: { id: "third" } });
  });

  it("fails with WaitTimedOut when no event came in time", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { waitFor: { event: "never", timeout: "50ms" } } },
    });

    expect(ran.error?.details).toMatchObject({ error: { type: "WaitTimedOut" } });
  });

  it("succeeds with null when no event came in time and it may go on", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { waitFor: { event: "never", timeout: "50ms", onTimeout: "continue" } } },
    });

    expect(ran).toMatchObject({ status: "succeeded", output: { it: null } });
  });

  it("says what it waits for while it waits", async () => {
    const handle = await startDocument(engine, { steps: { it: { waitFor: { event: "go" } } } });

    expect((await untilWaiting(handle, "it")).waitingFor).toBe("event go");
    await handle.signal("event", { type: "go" });
    expect((await finish(handle)).steps["it"]?.waitingFor).toBeUndefined();
  });

  it("takes one event per iteration of a loop, never the same twice", async () => {
    const handle = await startDocument(engine, {
      steps: {
        all: {
          loop: {
            max: 3,
            until: "steps.one.output.data.last",
            steps: { one: { waitFor: { event: "part" } }, at: { set: { n: "${{ iteration }}" } } },
          },
          output: "${{ output.at.n }}",
        },
      },
    });
    await handle.signal("event", { type: "part", data: { last: false } });
    await handle.signal("event", { type: "part", data: { last: false } });
    await handle.signal("event", { type: "part", data: { last: true } });

    expect(await finish(handle)).toMatchObject({ status: "succeeded", output: { all: 2 } });
  });
});

describe("emit", () => {
  const emit = {
    type: "order.${{ input }}",
    data: { n: "${{ 1 + 1 }}" },
    correlation: "c-${{ input }}",
  };

  it("gives the event: id, type, time, data and correlation", async () => {
    const ran = await runDocument(engine, { steps: { it: { emit } } }, "paid");

    expect(ran.output).toEqual({
      it: {
        id: expect.stringMatching(/./) as string,
        type: "order.paid",
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        data: { n: 2 },
        correlation: "c-paid",
      },
    });
  });

  it.each<[string, JsonValue, object]>([
    ["a number", 7, { correlation: "7" }],
    ["null, which is none", null, {}],
  ])("takes what an expression gives as its correlation: %s", async (_what, input, shown) => {
    const emit = { type: "order.paid", correlation: "${{ input }}" };
    const { output } = await runDocument(engine, { steps: { it: { emit } } }, input);
    const {
      it: { id: _id, time: _time, ...event },
    } = output as { it: Record<string, JsonValue> }; // as: what emit gives
    expect(event).toEqual({ type: "order.paid", data: null, ...shown });
  });

  it("reaches a step of the same run that waits for it already", async () => {
    const ran = await runDocument(engine, {
      steps: {
        listen: { waitFor: { event: "order.paid" } },
        tell: { emit: { type: "order.paid", data: 7 } },
      },
    });

    expect(ran.output).toMatchObject({ listen: { type: "order.paid", data: 7 } });
  });

  it("reaches a step of the same run that begins to wait later", async () => {
    const ran = await runDocument(engine, {
      steps: {
        tell: { emit: { type: "order.paid" } },
        listen: { needs: ["tell"], waitFor: { event: "order.paid" } },
      },
    });

    expect(ran.output).toMatchObject({ listen: { type: "order.paid" } });
  });
});

describe("approval", () => {
  const steps = { ask: { approval: { prompt: "Ship ${{ input }}?" } } };

  it("holds the run until the update `approve`, and gives the decision", async () => {
    const handle = await startDocument(engine, { steps }, "it");
    await untilWaiting(handle, "ask");
    expect((await progressOf(handle)).pendingApprovals).toMatchObject([
      { id: "ask", step: "ask", prompt: "Ship it?" },
    ]);

    await handle.executeUpdate("approve", {
      args: [{ id: "ask", decision: "approve", comment: "fine", by: "ann", input: { n: 1 } }],
    });

    expect((await finish(handle)).output).toEqual({
      ask: { decision: "approve", comment: "fine", by: "ann", input: { n: 1 }, byDefault: false },
    });
  });

  it("fails with ApprovalDenied and the comment when denied", async () => {
    const handle = await startDocument(engine, { steps }, "it");
    await untilWaiting(handle, "ask");

    await handle.executeUpdate("approve", {
      args: [{ id: "ask", decision: "deny", comment: "not today", by: "bob" }],
    });

    expect((await finish(handle)).error).toMatchObject({
      type: "ApprovalDenied",
      message: "step ask: not today",
      details: { step: "ask", by: "bob" },
    });
  });

  it.each([
    ["approve", { status: "succeeded", output: { ask: { decision: "approve", byDefault: true } } }],
    ["deny", { status: "failed", error: { type: "ApprovalDenied" } }],
    [undefined, { status: "failed", error: { type: "ApprovalTimedOut" } }],
  ])("ends by its default %s when nobody decides in time", async (byDefault, expected) => {
    const approval = {
      prompt: "Now?",
      timeout: "50ms",
      ...(byDefault === undefined ? {} : { default: byDefault }),
    };

    expect(await runDocument(engine, { steps: { ask: { approval } } })).toMatchObject(expected);
  });

  it("refuses a decision about something that nobody asked, and one that is no decision", async () => {
    const handle = await startDocument(engine, { steps }, "it");
    await untilWaiting(handle, "ask");
    const decide = (decision: JsonObject): Promise<unknown> =>
      handle.executeUpdate("approve", { args: [decision] });

    await expect(decide({ id: "other", decision: "approve" })).rejects.toMatchObject({
      cause: { type: "InputInvalid", message: expect.stringContaining("waiting: ask") as string },
    });
    await expect(decide({ id: "ask", decision: "maybe" })).rejects.toMatchObject({
      cause: { type: "InputInvalid", message: expect.stringContaining('"maybe"') as string },
    });
    await decide({ id: "ask", decision: "approve" });
    expect((await finish(handle)).status).toBe("succeeded");
  });

  it("asks once per item of a foreach, each under an id of its own", async () => {
    const handle = await startDocument(engine, {
      steps: { ask: { foreach: { items: ["a", "b"] }, approval: { prompt: "${{ item }}?" } } },
    });
    await untilWaiting(handle, "ask[1]");
    await handle.executeUpdate("approve", {
      args: [{ id: "ask[1]", decision: "approve", by: "y" }],
    });
    await handle.executeUpdate("approve", {
      args: [{ id: "ask[0]", decision: "approve", by: "x" }],
    });

    expect((await finish(handle)).output).toMatchObject({ ask: [{ by: "x" }, { by: "y" }] });
  });
});
