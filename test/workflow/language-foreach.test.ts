/** `foreach`: one instance per item, and when the whole is complete. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
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
  engine = await startEngine({ name: "language-foreach" });
});
afterAll(() => engine.stop());

/** Items that fail are those without a `b`. */
const risky = { set: { b: "${{ item.b }}" } };
const good = { b: 1 };
const bad = {};

describe("foreach", () => {
  it("gives an array in item order, seeing item and index from 0", async () => {
    const steps = {
      it: { foreach: { items: "${{ input }}" }, set: { at: "${{ item }}${{ index }}" } },
    };
    const ran = await runDocument(engine, { steps }, ["a", "b", "c"]);

    expect(ran.output).toEqual({ it: [{ at: "a0" }, { at: "b1" }, { at: "c2" }] });
    expect(ran.statuses).toEqual({
      it: "succeeded",
      "it[0]": "succeeded",
      "it[1]": "succeeded",
      "it[2]": "succeeded",
    });
  });

  it("keeps item order whatever finishes first", async () => {
    const handle = await startDocument(engine, {
      steps: {
        it: {
          foreach: { items: ["late", "early"] },
          waitFor: { event: "go", match: "event.data == item" },
          output: "${{ item }}",
        },
      },
    });
    await untilWaiting(handle, "it[1]");
    await handle.signal("event", { type: "go", data: "early" });
    await handle.signal("event", { type: "go", data: "late" });

    expect((await finish(handle)).output).toEqual({ it: ["late", "early"] });
  });

  it("succeeds with an empty list for an empty list", async () => {
    const ran = await runDocument(engine, { steps: { it: { foreach: { items: [] }, ...risky } } });

    expect(ran).toMatchObject({ status: "succeeded", output: { it: [] } });
  });

  it.each([7, "text", null, { a: 1 }])("fails with ForeachInvalid for %j", async (input) => {
    const steps = { it: { foreach: { items: "${{ input }}" }, set: { n: 1 } } };
    const ran = await runDocument(engine, { steps }, input);

    expect(ran.error?.details).toMatchObject({ error: { type: "ForeachInvalid" } });
  });

  it("fails with ForeachInvalid for more than 100,000 items", async () => {
    // Short when read, long when multiplied: 47 * 47 * 47 items.
    const list = Array.from({ length: 47 }, () => 0);
    const items = "${{ flatten(input.map(a, flatten(input.map(b, input)))) }}";
    const steps = { it: { foreach: { items }, set: { n: 1 } } };
    const ran = await runDocument(engine, { steps }, list);

    expect(ran.error?.message).toContain("100000");
    expect(ran.error?.details).toMatchObject({ error: { type: "ForeachInvalid" } });
  });

  it("runs at most `concurrency` items at once", async () => {
    const handle = await startDocument(engine, {
      steps: {
        it: {
          foreach: { items: [0, 1, 2], concurrency: 2 },
          waitFor: { event: "go", match: "event.data == item" },
          output: "${{ item }}",
        },
      },
    });
    await untilWaiting(handle, "it[1]");
    const { steps } = await progressOf(handle);
    expect(steps.some(({ instance, status }) => instance === "2" && status !== "pending")).toBe(
      false,
    );

    await handle.signal("event", { type: "go", data: 1 });
    await untilWaiting(handle, "it[2]");
    await handle.signal("event", { type: "go", data: 0 });
    await handle.signal("event", { type: "go", data: 2 });
    expect((await finish(handle)).output).toEqual({ it: [0, 1, 2] });
  });

  it("filters items with `when`, whose places then hold null", async () => {
    const ran = await runDocument(engine, {
      output: { it: "${{ steps.it.output }}", statuses: "${{ steps.it.items.map(i, i.status) }}" },
      steps: {
        it: { foreach: { items: [1, 2, 3], when: "item != 2" }, set: { n: "${{ item }}" } },
      },
    });

    expect(ran.output).toEqual({
      it: [{ n: 1 }, null, { n: 3 }],
      statuses: ["succeeded", "skipped", "succeeded"],
    });
    expect(ran.statuses["it[1]"]).toBe("skipped");
  });

  it("asks `if` once, before the items", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { if: "input != null", foreach: { items: [1, 2] }, set: { n: 1 } } },
    });

    expect(ran.statuses).toEqual({ it: "skipped" });
  });

  it("tells the status of each item as steps.x.items", async () => {
    const ran = await runDocument(
      engine,
      {
        steps: {
          it: { foreach: { items: "${{ input }}", complete: "done" }, ...risky },
          reader: { set: { list: "${{ steps.it.items.map(i, i.status) }}" } },
        },
      },
      [good, bad],
    );

    expect(ran.output).toEqual({ reader: { list: ["succeeded", "failed"] } });
  });
});

describe("a foreach is complete", () => {
  it.each<[string, JsonObject, JsonObject[], string]>([
    ["by default when all succeeded", {}, [good, good], "succeeded"],
    ["by default never with a failure", {}, [good, bad], "failed"],
    ["with any at the first success", { complete: "any" }, [bad, good], "succeeded"],
    ["with any never without a success", { complete: "any" }, [bad, bad], "failed"],
    ["with done whatever happened", { complete: "done" }, [bad, bad], "succeeded"],
    ["at a count", { complete: { atLeast: 2 } }, [good, bad, good], "succeeded"],
    ["not below a count", { complete: { atLeast: 2 } }, [good, bad, bad], "failed"],
    ["at a share", { complete: { atLeast: "50%" } }, [good, bad], "succeeded"],
    ["not below a share", { complete: { atLeast: "60%" } }, [good, bad], "failed"],
    [
      "with tolerated failures",
      { complete: { tolerate: { failures: 1 } } },
      [good, bad],
      "succeeded",
    ],
    ["not with more", { complete: { tolerate: { failures: 1 } } }, [good, bad, bad], "failed"],
    [
      "with a tolerated share",
      { complete: { tolerate: { failures: "50%" } } },
      [good, bad],
      "succeeded",
    ],
  ])("%s: %j over %j has %s", async (_when, foreach, input, status) => {
    const steps = {
      it: { foreach: { items: "${{ input }}", ...foreach }, ...risky, onError: "continue" },
    };
    const ran = await runDocument(engine, { steps }, input);

    expect(ran.statuses["it"]).toBe(status);
  });

  it("and gives null for items that failed", async () => {
    const steps = { it: { foreach: { items: "${{ input }}", complete: "done" }, ...risky } };

    expect((await runDocument(engine, { steps }, [good, bad, good])).output).toEqual({
      it: [{ b: 1 }, null, { b: 1 }],
    });
  });

  it("or fails with the error of its first failed item, by number", async () => {
    const steps = { it: { foreach: { items: "${{ input }}" }, ...risky } };
    const ran = await runDocument(engine, { steps }, [good, bad]);

    expect(ran.error).toMatchObject({
      type: "StepFailed",
      message: expect.stringContaining("item 1") as string,
      details: { step: "it", error: { type: "ExpressionFailed" } },
    });
  });

  it("and with cancelRest cancels the items that still run", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          foreach: { items: ["now", "never"], complete: { atLeast: 1, cancelRest: true } },
          switch: {
            cases: [{ when: "item == 'never'", steps: { stuck: { waitFor: { event: "never" } } } }],
          },
        },
      },
    });

    expect(ran).toMatchObject({
      status: "succeeded",
      statuses: { "it[0]": "succeeded", "it[1]": "cancelled", "stuck[1]": "cancelled" },
    });
  });
});

describe("a foreach over a scope", () => {
  it("runs the whole scope per item, whose steps see item and index", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          foreach: { items: ["x", "y"] },
          group: {
            steps: {
              a: { set: { who: "${{ item }}${{ index }}" } },
              b: { set: { after: "${{ steps.a.output.who }}!" } },
            },
          },
        },
      },
    });

    expect(ran.output).toEqual({
      it: [
        { a: { who: "x0" }, b: { after: "x0!" } },
        { a: { who: "y1" }, b: { after: "y1!" } },
      ],
    });
    expect(ran.statuses).toMatchObject({
      it: "succeeded",
      "it[1]": "succeeded",
      "b[1]": "succeeded",
    });
  });
});
