import { describe, expect, it } from "vitest";

import {
  evaluateExpression,
  ExpressionError,
  parseExpression,
  parseTemplate,
} from "../../../src/expressions/index.ts";

function codesOf(source: string): readonly string[] {
  const parsed = parseExpression(source);
  return parsed.ok ? [] : parsed.error.map((issue) => issue.code);
}

function hintOf(source: string): string {
  const parsed = parseExpression(source);
  return parsed.ok ? "" : (parsed.error[0]?.hint ?? "");
}

describe("problems that are found before a run", () => {
  it.each([
    ["input.", "expression-syntax"],
    ["input.a ==", "expression-syntax"],
    ["(input.a", "expression-syntax"],
    ["[1, 2", "expression-syntax"],
    ["{1 2}", "expression-syntax"],
    ["'abc", "expression-syntax"],
    ["'a\nb'", "expression-syntax"],
    ["'\\q'", "expression-syntax"],
    ["'\\ud800'", "expression-syntax"],
    ["b'abc'", "expression-syntax"],
    ["input = 1", "expression-syntax"],
    ["input.a & 1", "expression-syntax"],
    ["a ? b", "expression-syntax"],
    ["1 2", "expression-syntax"],
    ["1abc", "expression-syntax"],
    ["for", "expression-syntax"],
    ["1e999", "expression-syntax"],
    ["", "expression-syntax"],
    ["inptu.a", "unknown-name"],
    ["foo(1)", "unknown-function"],
    ["toString(1)", "unknown-function"],
    ["size()", "wrong-argument-count"],
    ["has(input)", "wrong-argument-count"],
    ["input.list.map(x)", "wrong-argument-count"],
    ["cel.bind(1, 2, 3)", "wrong-argument-count"],
    ["steps[input.x].output", "dynamic-steps"],
    ["keys(steps)", "dynamic-steps"],
    ["{1: 2", "expression-syntax"],
    ["has(1)", "wrong-argument-count"],
    ["rb'x'", "expression-syntax"],
    ["rrr'x'", "expression-syntax"],
    ["'\\400'", "expression-syntax"],
    ["'''abc", "expression-syntax"],
    ["steps.a-b.output", "dashed-id"],
    ["steps.load-input.output", "dashed-id"],
  ])("%j is %s", (source, code) => {
    expect(codesOf(source)).toEqual([code]);
  });

  it("explains an id with a dash by the way to write it", () => {
    expect(hintOf("steps.a-b-c.output.x")).toBe('write steps["a-b-c"]');
    expect(hintOf("steps.a-2b.output")).toContain('steps["a-b"]');
    expect(hintOf("input.my-field")).toContain('input["a-b"]');
  });

  it("lets a subtraction of outputs be a subtraction", () => {
    expect(codesOf("steps.a.output-steps.b.output")).toEqual([]);
    expect(codesOf("input.a-1")).toEqual([]);
  });

  it("suggests the name that was meant", () => {
    expect(hintOf("inptu.a")).toBe("did you mean input?");
    expect(hintOf("sizee(input.a)")).toBe("did you mean size()?");
  });

  it("does not take variables of macros for unknown names", () => {
    expect(codesOf("input.a.map(x, x.b + cel.bind(y, x, y))")).toEqual([]);
    expect(codesOf("input.a.map(x, x) == x")).toEqual(["unknown-name"]);
  });

  it("reports every problem of a value, with its path and offset", () => {
    const parsed = parseTemplate({
      a: "x ${{ inptu.a }} ${{ steps.a-b.output }}",
      b: [1, "${{ 'open }}"],
      c: "${{ input.x ",
    });

    expect(parsed.ok ? [] : parsed.error).toMatchObject([
      { code: "unknown-name", path: ["a"], offset: 6 },
      { code: "dashed-id", path: ["a"], offset: 21 },
      { code: "expression-syntax", path: ["b", 1], offset: 4 },
      { code: "expression-syntax", path: ["c"], offset: 0 },
    ]);
  });

  it("keeps code, source, problem and hint on the error that an evaluation throws", () => {
    try {
      evaluateExpression("input.a.b", { input: { a: null } });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      expect(error).toMatchObject({
        code: "null-read",
        source: "input.a.b",
        problem: 'input.a is null, so it has no field "b"',
      });
    }
  });

  it("refuses at run time what would have been refused before", () => {
    expect(() => evaluateExpression("inptu.a", {})).toThrow(/Unknown name inptu/);
  });

  it("says which names exist when one is not set where it stands", () => {
    expect(() => evaluateExpression("item", { input: 1 })).toThrow(/item is not set here.*input/);
  });
});

describe("values that do not fit", () => {
  it.each<[string, RegExp]>([
    ["input.text + 1", /string\(\.\.\.\)/],
    ["{'a': 1} + {'b': 2}", /merge\(a, b\)/],
    ["input.nothing + 1", /input\.nothing is null/],
    ["input.nothing > 1", /input\.nothing is null/],
    ["input.text > 1", /string > number/],
    ["input.text.field", /has no fields/],
    ["[1].field", /cannot index/],
    ["[1][5]", /has 1 items/],
    ["1 in 2", /list or a map/],
    ["-input.text", /not a number/],
    ["size(1)", /a string, a list or a map/],
    ["keys([1])", /a map/],
    ["sum(['a'])", /numbers/],
    ["max([])", /empty/],
    ["max([{}])", /numbers, or texts/],
    ["sort([1, 'a'])", /numbers, or of texts/],
    ["join([{}])", /texts or numbers/],
    ["input.nothing.map(x, x)", /input\.nothing is null/],
    ["input.text.map(x, x)", /a list or a map/],
    ["int('x')", /whole number/],
    ["int([])", /whole number/],
    ["double('x')", /number/],
    ["bool('maybe')", /true or false/],
    ["uint(-1)", /zero or more/],
    ["json('{')", /could not read/],
    ["timestamp('yesterday')", /cannot read/],
    ["timestamp(true)", /text or a number/],
    ["duration('soon')", /duration/],
    ["'a'.getHours()", /timestamp or a duration/],
    ["'abc'.substring(2, 1)", /from 0 to 1/],
    ["'a'.matches('(')", /not supported/],
    ["optional.none().value()", /orValue/],
    ["input.text.orValue(1)", /not an optional/],
    ["input.text.hasValue()", /an optional/],
    ["{[1]: 2}", /key of a map is text/],
    ["{'a': 1}[[1]]", /key of a map is text/],
    ["[1] in {'a': 1}", /key of a map is text/],
    ["[1, 2].map(x, 1 / 0)", /zero/],
    ["timestamp(1) + timestamp(2)", /fit together/],
    ["1 - timestamp(2)", /fit together/],
    ["duration('1s') * 2", /fit together/],
    ["'a' + duration('1s')", /fit together/],
    ["1 + duration('1s')", /fit together/],
    ["duration('1s') - timestamp(1)", /fit together/],
    ["optional.of(1) > 1", /optional > number/],
    ["{}.a", /it is empty/],
    ["timestamp(1).getHours('UTC')", /takes 1 values/],
    ["duration('1s').getMonth()", /needs a timestamp/],
    [`'a'.matches('${"x".repeat(1001)}')`, /more than 1000/],
    [`'a'.matches('(${"x".repeat(100)}')`, /not supported/],
    ["{optional.of(1): 2}", /key of a map is text/],
    ["[1]['a']", /cannot index/],
    ["[1][true]", /cannot index/],
    ["[1][[1]]", /cannot index/],
    ["input.nothing.size()", /null, and size\(\) needs/],
  ])("%s is refused with a reason", (source, message) => {
    const scope = { input: { text: "abc", nothing: null } };

    expect(() => evaluateExpression(source, scope)).toThrow(message);
  });
});
