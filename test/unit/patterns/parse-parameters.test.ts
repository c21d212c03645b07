import { describe, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import { readPattern } from "../../../src/patterns/index.ts";
import { substituteParameters } from "../../../src/patterns/parameters.ts";

const DECLARED = {
  n: { type: "integer", default: 2 },
  name: { type: "string", default: "it's ${{ x }}" },
  list: { default: [1, 2] },
  deep: { default: { a: ["${{ y }}", null, 1] } },
  required: { type: "string" },
};

function fill(part: JsonValue, given?: Readonly<Record<string, JsonValue>>): JsonValue {
  const { value } = substituteParameters({ parameters: DECLARED, part }, given);
  return (value as JsonObject)["part"] ?? null;
}

describe("template parameters", () => {
  it.each<[string, JsonValue, JsonValue]>([
    ["a whole string keeps the type of the value", "${{ parameters.n }}", 2],
    ["lists and mappings are taken whole", "${{ parameters.deep }}", { a: ["$${{ y }}", null, 1] }],
    [
      "values at any depth are filled",
      [1, { x: [null, "${{ parameters.n }}"] }],
      [1, { x: [null, 2] }],
    ],
    [
      "expressions over parameters alone are evaluated",
      "${{ parameters.n + size(parameters.list) }}",
      4,
    ],
    [
      "text is text, and an expression in a value stays text",
      "hi ${{ parameters.name }}",
      "hi it's $${{ x }}",
    ],
    [
      "other expressions get literals",
      "${{ input.x + parameters.n }}",
      '${{ input.x + {"n":2}.n }}',
    ],
    [
      "what follows a parameter reads on",
      "${{ parameters.list[input.i] }}",
      '${{ {"list":[1,2]}.list[input.i] }}',
    ],
    ["text without parameters is left alone", "${{ input.x }} $${{", "${{ input.x }} $${{"],
    [
      "bare conditions are expressions, too",
      { if: "parameters.n > 1" },
      { if: '${{ {"n":2}.n > 1 }}' },
    ],
    ["other text is no expression", { name: "parameters.n" }, { name: "parameters.n" }],
    [
      "in a shell command a value stays an expression",
      { run: "echo ${{ parameters.name }}" },
      { run: 'echo ${{ {"name":"it\'s ${{ x }}"}.name }}' },
    ],
    ["what is broken stays as it is", "${{ parameters.n", "${{ parameters.n"],
    ["what is unknown stays as it is", "${{ parameters.nope }}", "${{ parameters.nope }}"],
  ])("%s", (_what, part, expected) => {
    expect(fill(part)).toEqual(expected);
  });

  it("take the given value rather than the default", () => {
    expect(fill("${{ parameters.n }}", { n: 7 })).toBe(7);
  });

  it("may stand where only a number is allowed", () => {
    const document = {
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      parameters: { n: { default: 3 } },
      coordination: { maxConcurrency: "${{ parameters.n }}" },
      steps: { a: { run: "echo ${{ parameters.n }}" } },
    };

    const { accepted, issues } = readPattern(document);

    expect(issues).toEqual([]);
    expect(accepted?.plan.maxConcurrency).toBe(3);
    expect(accepted?.definition).toEqual(document);
  });

  it("given values make a definition of their own, without parameters", () => {
    const document = {
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      parameters: { n: { default: 3 } },
      steps: { a: { set: { x: "${{ parameters.n }}" } } },
      output: "${{ steps.a.output }}",
    };

    const { accepted } = readPattern(document, { parameters: { n: 4 } });

    expect(accepted?.definition).toEqual({
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      steps: { a: { set: { x: 4 } } },
      output: "${{ steps.a.output }}",
    });
  });

  it("without value and default are missing, and unknown ones are named", () => {
    const document = {
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      parameters: { n: {} },
      steps: { a: { call: "f", with: "${{ parameters.n }}" } },
    };

    const codes = readPattern(document, { parameters: { m: 1 } }).issues.map(
      ({ code, path }) => `${code} ${path}`,
    );

    expect(codes).toContain("missing-parameter parameters.n");
    expect(codes).toContain("unknown-parameter parameters");
  });

  it("that nothing reads are warned about, and only those", () => {
    const document = {
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      parameters: { used: { default: 1 }, unused: { default: 1 } },
      steps: { a: { call: "f", with: { x: "${{ parameters.used }}" } } },
    };

    const warned = readPattern(document).issues.filter(({ code }) => code === "unused-parameter");

    expect(warned.map(({ path }) => path)).toEqual(["parameters.unused"]);
  });
});
