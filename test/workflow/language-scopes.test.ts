/** The kinds with steps inside: `group`, `switch`, `loop`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { finish, runDocument, startDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-scopes" });
});
afterAll(() => engine.stop());

describe("group", () => {
  it("gives the outputs of its steps by id", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          group: {
            steps: {
              a: { set: { n: 1 } },
              b: { set: { n: "${{ steps.a.output.n + 1 }}" } },
              c: { if: "input != null", set: { n: 3 } },
            },
          },
        },
      },
    });

    expect(ran.output).toEqual({ it: { a: { n: 1 }, b: { n: 2 }, c: null } });
  });

  it("has its output mapped, seeing its own steps and those around it", async () => {
    const ran = await runDocument(engine, {
      steps: {
        before: { set: { n: 10 } },
        it: {
          group: { steps: { a: { set: { n: "${{ steps.before.output.n }}" } } } },
          output: "${{ steps.a.output.n + steps.before.output.n + output.a.n }}",
        },
      },
    });

    expect(ran.output).toEqual({ it: 30 });
  });

  it("fails as its failed step did, and cancels the rest", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          group: {
            steps: {
              stuck: { waitFor: { event: "never" } },
              bad: { fail: { type: "Broken", message: "it broke" } },
            },
          },
        },
      },
    });

    expect(ran).toMatchObject({
      status: "failed",
      error: { type: "Broken" },
      statuses: { it: "failed", stuck: "cancelled", bad: "failed" },
    });
  });

  it("runs one step at a time where interleaved", async () => {
    // Each takes the folder, which only one can make at a time, and gives it back.
    const alone = {
      run: "mkdir taken && sleep 0.05 && rmdir taken",
      retry: { maximumAttempts: 1 },
    };
    const ran = await runDocument(engine, {
      steps: { it: { group: { interleaved: true, steps: { a: alone, b: alone, c: alone } } } },
    });

    expect(ran.status).toBe("succeeded");
  });

  it("fails with TimedOut when its time is over, and cancels its steps", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: { group: { steps: { stuck: { waitFor: { event: "never" } } } }, timeout: "50ms" },
      },
    });

    expect(ran.error?.details).toMatchObject({ error: { type: "TimedOut" } });
    expect(ran.statuses["stuck"]).toBe("cancelled");
  });

  it("takes needs, if and join like any step", async () => {
    const inner = { steps: { a: { set: { n: 1 } } } };
    const ran = await runDocument(engine, {
      steps: {
        off: { if: "input != null", group: inner },
        after: { needs: ["off"], join: "done", group: { steps: { b: { set: { n: 2 } } } } },
      },
    });

    expect(ran.statuses).toMatchObject({ off: "skipped", after: "succeeded", b: "succeeded" });
  });
});

describe("switch", () => {
  const document = {
    steps: {
      it: {
        switch: {
          cases: [
            { when: "input > 10", steps: { big: { set: { size: "big" } } } },
            { when: "input > 5", steps: { middle: { set: { size: "middle" } } } },
          ],
          default: { steps: { small: { set: { size: "small" } } } },
        },
      },
    },
  };

  it.each([
    [20, { big: { size: "big" } }],
    [7, { middle: { size: "middle" } }],
    [1, { small: { size: "small" } }],
  ])("for %j runs the first case that holds, else the default", async (input, expected) => {
    expect((await runDocument(engine, document, input)).output).toEqual({ it: expected });
  });

  it("succeeds with null where no case holds and there is no default", async () => {
    const steps = {
      it: { switch: { cases: [{ when: "input > 10", steps: { big: { set: { n: 1 } } } }] } },
    };

    expect(await runDocument(engine, { steps }, 1)).toMatchObject({
      status: "succeeded",
      output: { it: null },
    });
  });

  it("fails where a condition cannot be decided", async () => {
    const ran = await runDocument(engine, document, "text");

    expect(ran.error?.details).toMatchObject({ error: { type: "ExpressionFailed" } });
  });
});

describe("loop", () => {
  const count = { at: { set: { n: "${{ iteration }}" } } };

  it("with until looks after each iteration, at that iteration's steps, counting from 0", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { loop: { max: 5, until: "steps.at.output.n == 2", steps: count } } },
    });

    expect(ran.output).toEqual({ it: { at: { n: 2 } } });
    expect(ran.statuses).toMatchObject({
      "at[0]": "succeeded",
      "at[1]": "succeeded",
      "at[2]": "succeeded",
    });
    expect(ran.statuses).not.toHaveProperty("at[3]");
  });

  it("with while looks before each iteration", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { loop: { max: 5, while: "iteration < 2", steps: count } } },
    });

    expect(ran.output).toEqual({ it: { at: { n: 1 } } });
  });

  it("with a while that never holds does nothing and gives null", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { loop: { max: 5, while: "input != null", steps: count } } },
    });

    expect(ran).toMatchObject({ status: "succeeded", output: { it: null } });
    expect(ran.statuses).not.toHaveProperty("at[0]");
  });

  it.each([
    ["until", { until: "input != null" }],
    ["while", { while: "input == null" }],
  ])("fails with LoopLimit when at max its %s would go on", async (_kind, condition) => {
    const ran = await runDocument(engine, {
      steps: { it: { loop: { max: 2, ...condition, steps: count } } },
    });

    expect(ran.error).toMatchObject({ type: "LoopLimit", details: { step: "it" } });
    expect(ran.statuses).toMatchObject({ it: "failed", "at[1]": "succeeded" });
    expect(ran.statuses).not.toHaveProperty("at[2]");
  });

  it("succeeds with the last iteration where onMax allows it", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: { loop: { max: 2, until: "input != null", onMax: "continue", steps: count } },
      },
    });

    expect(ran.output).toEqual({ it: { at: { n: 1 } } });
  });

  it("with just max runs that often", async () => {
    const handle = await startDocument(engine, {
      steps: { it: { loop: { max: 3, onMax: "continue", steps: count } } },
    });

    expect((await finish(handle)).output).toEqual({ it: { at: { n: 2 } } });
  });

  it("ends with the failure of an iteration", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          loop: {
            max: 5,
            until: "input != null",
            steps: { at: { set: { n: "${{ [1, 2][iteration] }}" } } },
          },
        },
      },
    });

    expect(ran.statuses).toMatchObject({
      it: "failed",
      "at[0]": "succeeded",
      "at[1]": "succeeded",
      "at[2]": "failed",
    });
  });

  it("nests, each instance with the dotted path of its indices", async () => {
    const ran = await runDocument(engine, {
      steps: {
        outer: {
          foreach: { items: ["a", "b"] },
          loop: {
            max: 2,
            onMax: "continue",
            steps: { at: { set: { who: "${{ item }}${{ index }}${{ iteration }}" } } },
          },
        },
      },
    });

    expect(ran.output).toEqual({ outer: [{ at: { who: "a01" } }, { at: { who: "b11" } }] });
    expect(
      Object.keys(ran.statuses)
        .filter((name) => name.startsWith("at"))
        .sort(),
    ).toEqual(["at[0.0]", "at[0.1]", "at[1.0]", "at[1.1]"]);
  });
});
