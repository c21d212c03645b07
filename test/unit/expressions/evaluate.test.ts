import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import { createReference } from "../../../src/core/index.ts";
import {
  evaluate,
  evaluateCondition,
  evaluateExpression,
  parseTemplate,
  type ExpressionScope,
} from "../../../src/expressions/index.ts";

const SCOPE: ExpressionScope = {
  input: {
    n: 2,
    half: 0.5,
    name: "Ada",
    list: [10, 20, 30],
    files: [
      { path: "a.ts", size: 1 },
      { path: "b.ts", size: 5 },
    ],
    nothing: null,
    __proto: 1,
  },
  steps: {
    build: {
      output: { ok: true, log: ["x"] },
      status: "succeeded",
      error: null,
      items: null,
    },
    skipped: { output: null, status: "skipped", error: null },
    "with-dash": { output: 7, status: "succeeded", error: null },
    big: { output: createReference("ab".repeat(32), 100_000), status: "succeeded", error: null },
  },
  index: 1,
  iteration: 0,
  item: "a.ts",
};

function run(source: string, scope: ExpressionScope = SCOPE): JsonValue {
  return evaluateExpression(source, scope);
}

function fill(value: JsonValue, scope: ExpressionScope = SCOPE): JsonValue {
  const parsed = parseTemplate(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return evaluate(parsed.value, scope);
}

describe("numbers", () => {
  it.each([
    ["input.n + 1", 3],
    ["1 + input.n", 3],
    ["input.n == 2", true],
    ["2 == input.n", true],
    ["input.n * 2.5", 5],
    ["size(input.list) > input.n", true],
    ["input.n < size(input.list)", true],
    ["input.list[index]", 20],
    ["input.list[input.n]", 30],
    ["input.list[0] / 4", 2.5],
    ["-input.n", -2],
    ["sum(input.list) - 1", 59],
    ["input.n in [1, 2]", true],
    ["index + 1", 2],
    ["10 % 4", 2],
    ["input.list[0] % 4", 2],
    ["0x10 + 1", 17],
    ["1e3", 1000],
    ["2u + 1", 3],
  ])("mixes JSON numbers and integer literals freely: %s", (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it("divides integer literals as CEL does", () => {
    expect(run("7 / 2")).toBe(3);
  });

  it("refuses to give an integer that a JSON number cannot hold, and says what to do", () => {
    expect(() => run("9007199254740993")).toThrow(/string\(/);
    expect(run("string(9007199254740993)")).toBe("9007199254740993");
  });

  it.each(["1 / 0", "input.n / 0", "5 % 0"])("refuses a division by zero: %s", (source) => {
    expect(() => run(source)).toThrow(/zero/);
  });

  it("refuses integers beyond 64 bits", () => {
    expect(() => run("9223372036854775807 + 1")).toThrow(/64 bits/);
    expect(() => run("9223372036854775808")).toThrow(/64 bits/);
  });
});

describe("standard functions and macros", () => {
  it.each<[string, JsonValue]>([
    ["size('añ😀')", 3],
    ["input.name.startsWith('A') && input.name.endsWith('a')", true],
    ["input.name.contains('d')", true],
    ["'a,b'.split(',')", ["a", "b"]],
    ["'aba'.replace('a', 'x')", "xbx"],
    ["' a '.trim()", "a"],
    ["'aBÄ'.upperAscii()", "ABÄ"],
    ["'ABä'.lowerAscii()", "abä"],
    ["'abcd'.substring(1, 3)", "bc"],
    ["'abc'.charAt(1)", "b"],
    ["'abab'.indexOf('b')", 1],
    ["'abab'.lastIndexOf('b')", 3],
    ["'a1'.matches('^[a-z][0-9]$')", true],
    ["input.files.map(f, f.path)", ["a.ts", "b.ts"]],
    ["input.files.map(f, f.size > 2, f.path)", ["b.ts"]],
    ["input.files.filter(f, f.size > 2)", [{ path: "b.ts", size: 5 }]],
    ["input.list.all(x, x > 5)", true],
    ["input.list.exists(x, x == 20)", true],
    ["input.list.exists_one(x, x > 10)", false],
    ["{'a': 1, 'b': 2}.map(k, k)", ["a", "b"]],
    ["cel.bind(x, input.n * 2, x * x)", 16],
    ["int('12') + int(2.9)", 14],
    ["double('1.5')", 1.5],
    ["bool('true')", true],
    ["type(1)", "int"],
    ["type(input.n) == double", true],
    ["type(null) == null_type", true],
    ["uint(3)", 3],
    ["dyn(input.n)", 2],
    ["'abab'.indexOf('b', 2)", 3],
    ["int(true ? 5 : 6)", 5],
    ["bool('f')", false],
    ["bool(true)", true],
    ["double(2)", 2],
    ["int(7)", 7],
    ["'\\U0001F600\\x41'", "😀A"],
    ["values(input).size() > 3", true],
  ])("%s", (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it("lets one side of a logical operator decide although the other one fails", () => {
    expect(run("input.missing.x == 1 || true")).toBe(true);
    expect(run("input.missing.x == 1 && false")).toBe(false);
    expect(run("[1, 2].exists(x, x == 2 || input.missing)")).toBe(true);
    expect(() => run("input.missing.x == 1 || false")).toThrow(/missing/);
    expect(() => run("[1].all(x, input.missing)")).toThrow(/missing/);
  });
});

describe("equality and order", () => {
  it.each<[string, boolean]>([
    ["1 == 1.0", true],
    ["1 == '1'", false],
    ["null == false", false],
    ["[1, [2]] == [1.0, [2]]", true],
    ["[1] == [1, 2]", false],
    ["{'a': {'b': 1}} == {'a': {'b': 1}}", true],
    ["{'a': 1} == {'b': 1}", false],
    ["{'a': 1} == {'a': 1, 'b': 2}", false],
    ["{} == []", false],
    ["'abc' == 'abc' && 'abc' != 'abd'", true],
    ["timestamp(1) == timestamp(1)", true],
    ["duration('1s') == duration('1000ms')", true],
    ["duration('1s') == timestamp(1)", false],
    ["optional.of(1) == optional.of(1)", true],
    ["optional.of(1) == optional.none()", false],
    ["optional.none() == optional.none()", true],
    ["true > false", true],
    ["timestamp(1) < timestamp(2)", true],
    ["1 in {'1': true}", true],
    ["true in {'true': 1}", true],
  ])("%s is %s", (source, expected) => {
    expect(run(source)).toBe(expected);
  });
});

describe("functions beyond standard CEL", () => {
  it.each<[string, JsonValue]>([
    ["merge({'a': 1, 'b': 1}, {'b': 2})", { a: 1, b: 2 }],
    ["merge({'a': 1}, null)", { a: 1 }],
    ["keys({'a': 1, 'b': 2})", ["a", "b"]],
    ["values({'a': 1, 'b': 2})", [1, 2]],
    ["flatten([[1], [2, [3]]])", [1, 2, [3]]],
    ["flatten([[1], [2, [3]]], 2)", [1, 2, 3]],
    ["sum([1, 2.5])", 3.5],
    ["sum([])", 0],
    ["min([3, 1, 2])", 1],
    ["max(3, 1)", 3],
    ["max(['a', 'b'])", "b"],
    ["join(['a', 'b'], '-')", "a-b"],
    ["['a', 1].join()", "a1"],
    ["json('{\"a\": [1]}').a[0]", 1],
    ["string({'a': [1, null]})", '{"a":[1,null]}'],
    ["string(1.5) + string(true) + string(null)", "1.5truenull"],
    ["reverse([1, 2])", [2, 1]],
    ["sort([3, 1, 2])", [1, 2, 3]],
    ["distinct([1, 1, {'a': 1}, {'a': 1}])", [1, { a: 1 }]],
    ["input.list.slice(1)", [20, 30]],
    ["input.list.slice(0, 1)", [10]],
  ])("%s", (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it.each<[string, JsonValue]>([
    ["input.?missing.orValue('x')", "x"],
    ["input.?name.orValue('x')", "Ada"],
    ["input.?a.b.c.orValue(1)", 1],
    ["input.list[?9].orValue(0)", 0],
    ["input.?missing.hasValue()", false],
    ["input.?missing.or(input.?name).value()", "Ada"],
    ["optional.of(1).value()", 1],
    ["optional.none().orValue(2)", 2],
    ["{?'a': input.?missing, ?'b': input.?n}", { b: 2 }],
    ["[?input.?missing, 1]", [1]],
    ["input.?missing", null],
    ["steps.skipped.output.?x.orValue('none')", "none"],
  ])("optionals: %s", (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it.each<[string, JsonValue]>([
    ["timestamp('2026-01-31T12:00:00Z').getFullYear()", 2026],
    ["timestamp('2026-01-31T23:00:00-02:00').getDate()", 1],
    ["timestamp('2026-01-02T00:00:00Z').getDayOfYear()", 1],
    ["timestamp(0)", "1970-01-01T00:00:00.000Z"],
    ["timestamp('2026-01-01T01:00:00Z') - timestamp('2026-01-01T00:00:00Z')", "3600s"],
    ["timestamp('2026-01-01T00:00:00Z') + duration('1h30m')", "2026-01-01T01:30:00.000Z"],
    ["duration('90m').getHours()", 1],
    ["duration('-1s') < duration('0s')", true],
    ["duration('1m') - duration('30s')", "30s"],
    ["duration('1h') + timestamp(0)", "1970-01-01T01:00:00.000Z"],
    ["timestamp(timestamp(0)).getMonth()", 0],
    ["duration(duration('2h')).getMinutes()", 120],
    ["timestamp('2026-01-31T12:34:56.789Z').getHours()", 12],
    ["timestamp('2026-01-31T12:34:56.789Z').getMinutes()", 34],
    ["timestamp('2026-01-31T12:34:56.789Z').getSeconds()", 56],
    ["timestamp('2026-01-31T12:34:56.789Z').getMilliseconds()", 789],
    ["timestamp('2026-01-31T12:34:56Z').getDayOfMonth()", 30],
    ["timestamp('2026-01-31T12:34:56Z').getDayOfWeek()", 6],
  ])("times are UTC and JSON again: %s", (source, expected) => {
    expect(run(source)).toEqual(expected);
  });
});

describe("what is unset", () => {
  it("reads the output of a skipped step as null", () => {
    expect(run("steps.skipped.output")).toBeNull();
    expect(run("steps.skipped.output == null")).toBe(true);
    expect(run("steps.skipped.status")).toBe("skipped");
  });

  it("answers has() with no along the whole path, and never fails", () => {
    expect(run("has(steps.build.output.ok)")).toBe(true);
    expect(run("has(steps.skipped.output.ok)")).toBe(false);
    expect(run("has(input.a.b.c)")).toBe(false);
    expect(run('has(steps["with-dash"].output)')).toBe(true);
  });

  it("names the expression and the guard when a field of null is read", () => {
    expect(() => run("steps.skipped.output.ok")).toThrow(
      /steps\.skipped\.output is null.*has\(steps\.skipped\.output\.ok\)/,
    );
  });

  it("names the fields that are there when one is missing", () => {
    expect(() => run("steps.build.output.okay")).toThrow(/no field "okay".*ok, log/);
  });

  it("suggests an output mapping when a stored value is read into", () => {
    expect(() => run("steps.big.output.rows")).toThrow(/`output` mapping/);
    expect(() => run("size(steps.big.output)")).toThrow(/`output` mapping/);
    expect(() => run("has(steps.big.output.rows)")).toThrow(/`output` mapping/);
    expect(() => fill("log: ${{ steps.big.output }}")).toThrow(/`output` mapping/);
    expect(run("steps.big.output != null")).toBe(true);
    expect(run("steps.big.output")).toEqual(SCOPE.steps?.["big"]?.output);
  });

  it("does not find what every JavaScript object has", () => {
    expect(() => run("input.toString")).toThrow(/no field/);
    expect(() => run("input.constructor")).toThrow(/no field/);
    expect(run("has(input.hasOwnProperty)")).toBe(false);
    expect(run("'toString' in input")).toBe(false);
  });

  it("keeps a key named __proto__ a key", () => {
    const value = run("{'__proto__': 1, 'a': 2}");

    expect(Object.keys(value as object)).toEqual(["__proto__", "a"]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });
});

describe("templates", () => {
  it("keeps the type of an expression that is the whole string", () => {
    expect(fill("${{ input.list }}")).toEqual([10, 20, 30]);
    expect(fill("  ${{ input.n }}")).toBe("  2");
    expect(fill("${{ input.n }}")).toBe(2);
  });

  it("interpolates several expressions into text; null becomes nothing, containers JSON", () => {
    expect(fill("${{ input.name }}: ${{ input.n }}, ${{ input.nothing }}, ${{ [1] }}")).toBe(
      "Ada: 2, , [1]",
    );
  });

  it("finds the end of an expression token by token", () => {
    expect(fill("${{ {'a': {'b': '}}'}}.a.b }} ${{ '\\'}}' }}")).toBe("}} '}}");
    expect(fill("${{ {'a': 1}}}")).toEqual({ a: 1 });
  });

  it("takes $${{ as the text ${{", () => {
    expect(fill("$${{ input.n }} and ${{ input.n }}")).toBe("${{ input.n }} and 2");
    expect(fill(["$${{ x }}"])).toEqual(["${{ x }}"]);
  });

  it("fills values at any depth, and leaves keys and literals alone", () => {
    expect(fill({ "${{ a }}": [1, { b: "${{ item }}" }], c: null })).toEqual({
      "${{ a }}": [1, { b: "a.ts" }],
      c: null,
    });
  });

  it("keeps a subtree without expressions one literal", () => {
    const parsed = parseTemplate({ a: [1, "x"], b: { c: true } });

    expect(parsed).toEqual({ ok: true, value: { lit: { a: [1, "x"], b: { c: true } } } });
  });

  it("says which steps each expression reads", () => {
    const parsed = parseTemplate('${{ steps.a.output + steps["b-c"].output + steps.a.status }}');

    expect(parsed.ok && parsed.value).toMatchObject({ steps: ["a", "b-c"] });
  });
});

describe("conditions", () => {
  it("must be true or false: nothing else counts as either", () => {
    expect(evaluateCondition({ lit: true }, {})).toBe(true);
    expect(evaluateCondition({ expr: "input.n == 2" }, SCOPE)).toBe(true);
    expect(() => evaluateCondition({ expr: "input.n" }, SCOPE)).toThrow(/true or false, got 2/);
    expect(() => run("input.n ? 1 : 2")).toThrow(/not true or false/);
    expect(() => run("!input.name")).toThrow(/not true or false/);
  });
});
