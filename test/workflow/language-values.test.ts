/** Input, output, expressions and what is unset: design section 5, as runs on a real worker. */
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonValue } from "../../src/core/index.ts";
import { endingOf, runDocument, startDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const FUNCTIONS = resolve(import.meta.dirname, "../fixtures/functions/language.ts");
const fails = { fail: { type: "Broken", message: "it broke", details: { why: "test" } } };

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "language-values", functions: [FUNCTIONS] });
});
afterAll(() => engine.stop());

describe("a run's input", () => {
  it.each([null, "text", 7, false, [1, [2]], { deep: { list: [null] } }])(
    "may be %j where the pattern has no input schema",
    async (input) => {
      const steps = { echo: { set: { got: "${{ input }}" } } };
      const ran = await runDocument(
        engine,
        { output: "${{ steps.echo.output.got }}", steps },
        input,
      );

      expect(ran).toMatchObject({ status: "succeeded", output: input });
    },
  );

  it("is checked against the pattern's schema before anything runs", async () => {
    const document = {
      input: { type: "object", required: ["diff"], properties: { diff: { type: "string" } } },
      steps: { use: { set: { diff: "${{ input.diff }}" } } },
    };
    const ending = await endingOf(await startDocument(engine, document, { other: 1 }));

    expect(ending.error).toMatchObject({
      type: "InputInvalid",
      message: expect.stringContaining("diff") as string,
    });
  });
});

describe("a run's output", () => {
  it("is the outputs of the sinks by id where the pattern names none", async () => {
    const ran = await runDocument(engine, {
      steps: {
        first: { set: { n: 1 } },
        left: { needs: ["first"], set: { side: "left" } },
        right: { needs: ["first"], set: { side: "right" } },
      },
    });

    expect(ran.output).toEqual({ left: { side: "left" }, right: { side: "right" } });
  });

  it("is the mapping that the pattern gives, of any type", async () => {
    const ran = await runDocument(engine, {
      output: "${{ [steps.one.output.n, 'two'] }}",
      steps: { one: { set: { n: 1 } } },
    });

    expect(ran.output).toEqual([1, "two"]);
  });

  it("fails the run with ExpressionFailed where its mapping cannot be evaluated", async () => {
    const document = { output: "${{ input.list[9] }}", steps: { one: { set: { n: 1 } } } };
    const ran = await runDocument(engine, document, { list: [] });

    expect(ran.error).toMatchObject({
      type: "ExpressionFailed",
      message: expect.stringContaining("output") as string,
    });
  });
});

describe("an expression", () => {
  let version = 0;

  it.each<[string, JsonValue]>([
    ["${{ input.n + 1 }}", 3],
    ["${{ input.n * 1.5 }}", 3],
    ["n is ${{ input.n }}, list ${{ input.list }}", "n is 2, list [1,2,3]"],
    ["${{ merge(input.map, {'b': 2}) }}", { a: 1, b: 2 }],
    ["${{ keys(input.map) }}", ["a"]],
    ["${{ values(input.map) }}", [1]],
    ["${{ flatten([[1], [2, 3]]) }}", [1, 2, 3]],
    ["${{ sum(input.list) }}", 6],
    ["${{ min(input.list) }}", 1],
    ["${{ max(input.list) }}", 3],
    ["${{ join(['a', 'b'], '-') }}", "a-b"],
    ["${{ json('{\"x\": [1]}') }}", { x: [1] }],
    ["${{ string(input.n) }}", "2"],
    ["${{ input.?none.orValue('absent') }}", "absent"],
    ["${{ run.pattern }}", "language-names"],
  ])("%s gives %j", async (value, expected) => {
    const ran = await runDocument(
      engine,
      {
        name: "language-names",
        version: `1.0.${String(++version)}`,
        steps: { one: { set: { value } } },
      },
      { n: 2, list: [1, 2, 3], map: { a: 1 } },
    );

    expect(ran.output).toEqual({ one: { value: expected } });
  });
  it("that fails fails its step with ExpressionFailed and says where", async () => {
    const steps = { one: { set: { value: "${{ input.a.b }}" } } };
    const ran = await runDocument(engine, { steps }, { a: 1 });

    expect(ran.error).toMatchObject({
      type: "StepFailed",
      details: { step: "one", error: { type: "ExpressionFailed" } },
    });
  });
});

describe("what is unset", () => {
  it("reads as null after a skipped step, which says why", async () => {
    const ran = await runDocument(engine, {
      steps: {
        off: { if: "false", set: { n: 1 } },
        reader: { join: "done", set: view("off") },
      },
    });

    expect(ran.output).toEqual({ reader: { output: null, status: "skipped", error: null } });
    expect(ran.steps["off"]?.reason).toBe("its condition does not hold");
  });

  it("reads as null after a failed step, whose status and error tell", async () => {
    const ran = await runDocument(engine, {
      steps: {
        bad: { ...fails, onError: "continue" },
        reader: { join: "done", set: view("bad") },
      },
    });

    const error = { type: "Broken", message: "it broke", details: { why: "test" } };
    expect(ran.output).toEqual({ reader: { output: null, status: "failed", error } });
  });

  it("reads as null after a cancelled step", async () => {
    const ran = await runDocument(engine, {
      steps: {
        stuck: { waitFor: { event: "never.comes" } },
        killer: { set: { n: 1 }, cancels: ["stuck"] },
        reader: { needs: ["killer"], join: "done", set: view("stuck") },
      },
    });

    expect(ran.output).toMatchObject({ reader: { output: null, status: "cancelled" } });
  });

  it("reads as null where a partial join ran before the step finished", async () => {
    const ran = await runDocument(engine, {
      steps: {
        stuck: { waitFor: { event: "never.comes" } },
        quick: { set: { n: 1 } },
        reader: {
          needs: ["quick", "stuck"],
          join: "any",
          set: { quick: "${{ steps.quick.output }}", stuck: "${{ steps.stuck.output }}" },
          cancels: ["stuck"],
        },
      },
    });

    expect(ran.output).toEqual({ reader: { quick: { n: 1 }, stuck: null } });
  });

  it("has, for a failed scope, the error of the nested step that failed", async () => {
    const ran = await runDocument(engine, {
      steps: {
        scope: { group: { steps: { inner: fails } }, onError: "continue" },
        reader: { join: "done", set: view("scope") },
      },
    });

    expect(ran.output).toMatchObject({
      reader: { output: null, status: "failed", error: { type: "Broken", message: "it broke" } },
    });
  });

  function view(id: string): Record<string, string> {
    return {
      output: `\${{ steps.${id}.output }}`,
      status: `\${{ steps.${id}.status }}`,
      error: `\${{ steps.${id}.error }}`,
    };
  }
});

describe("an output above 64 KiB", () => {
  const large = { call: "long", with: { n: 100_000 } };

  it("travels as a reference, and a handler that gets the reference has the value", async () => {
    const ran = await runDocument(engine, {
      steps: { large, measure: { call: "length-of", with: "${{ steps.large.output }}" } },
    });

    expect(ran.output).toEqual({ measure: 100_000 });
    expect(JSON.stringify(await engine.history(ran.handle)).length).toBeLessThan(100_000);
  });

  it("cannot be read into by an expression, which suggests an output mapping", async () => {
    const ran = await runDocument(engine, {
      steps: { large, read: { set: { head: "${{ steps.large.output.head }}" } } },
    });

    expect(ran.error).toMatchObject({
      details: { step: "read", error: { type: "ExpressionFailed" } },
    });
    expect(ran.error?.message).toContain("output");
  });

  it("stays readable where the step's own mapping picks a little of it", async () => {
    const ran = await runDocument(engine, {
      steps: {
        large: { ...large, output: { head: "${{ output.head }}" } },
        read: { set: { head: "${{ steps.large.output.head }}" } },
      },
    });

    expect(ran.output).toEqual({ read: { head: "x" } });
  });
});
