// Nothing a document or an input contains may stall a workflow task: work is counted, not timed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import { Budget, Context, MAX_WORK } from "../../../src/expressions/cel/context.ts";
import {
  evaluate,
  evaluateExpression,
  parseExpression,
  parseTemplate,
} from "../../../src/expressions/index.ts";

function codeOf(source: string): string {
  const parsed = parseExpression(source);
  return parsed.ok ? "" : (parsed.error[0]?.code ?? "");
}

function nested(levels: number, wrap: (inner: string) => string): string {
  let source = "1";
  for (let level = 0; level < levels; level += 1) source = wrap(source);
  return source;
}

describe("the size of an expression", () => {
  it("is at most 16 KiB", () => {
    expect(codeOf(`'${"x".repeat(16 * 1024)}'`)).toBe("expression-too-long");
    expect(codeOf(`'${"x".repeat(16 * 1024 - 2)}'`)).toBe("");
  });

  it.each([
    ["parentheses", "(".repeat(8000) + "1" + ")".repeat(8000)],
    ["lists", "[".repeat(8000) + "]".repeat(8000)],
    ["open lists", "[".repeat(16_000)],
    ["maps", nested(1000, (inner) => `{'a':${inner}}`)],
    ["negations", `${"!".repeat(16_000)}true`],
    ["minus signs", `${"-".repeat(16_000)}1`],
    ["conditions", "true?1:".repeat(2000) + "1"],
    ["sums", Array.from({ length: 8000 }, () => "1").join("+")],
    ["logic", Array.from({ length: 2000 }, () => "true").join("&&")],
    ["fields", `input${".a".repeat(8000)}`],
    ["indices", `input${"[0]".repeat(5000)}`],
    ["calls", nested(2000, (inner) => `dyn(${inner})`)],
    ["methods", `input${".dyn()".repeat(2000)}`],
    ["macros", nested(400, (inner) => `[1].map(x, ${inner})`)],
  ])("refuses too deep %s without exhausting the stack", (_what, source) => {
    expect(codeOf(source)).toBe("expression-too-deep");
  });

  it("refuses a value that nests deeper than a template may", () => {
    let value: JsonValue = "${{ 1 }}";
    for (let level = 0; level < 2000; level += 1) value = [value];

    expect(parseTemplate(value)).toMatchObject({ error: [{ code: "template-too-deep" }] });
  });
});

describe("the work of an evaluation", () => {
  const big = { input: { list: Array.from({ length: 2000 }, (_, index) => index) } };

  it.each([
    ["nested macros", "input.list.map(a, input.list.map(b, input.list.map(c, a + b + c)))"],
    ["nested filters", "input.list.filter(a, input.list.exists(b, input.list.all(c, c == b)))"],
    [
      "doubled lists",
      nested(40, (inner) => `cel.bind(x, [${inner}], x + x + x + x)`).replace("1", "input.list"),
    ],
    ["doubled texts", nested(100, (inner) => `cel.bind(x, string(${inner}), x + x + x + x)`)],
    ["shared structure", nested(100, (inner) => `cel.bind(x, ${inner}, [x, x, x, x])`)],
    [
      "comparisons of shared structure",
      `cel.bind(a, ${nested(60, (inner) => `cel.bind(x, ${inner}, [x, x, x])`)}, a == a)`,
    ],
    ["distinct objects", "distinct(input.list.map(x, {'a': [x]}))"],
    ["long joins", "join(input.list.map(x, join(input.list, 'xxxxxxxxxx')), 'y')"],
    ["replacements", "cel.bind(x, join(input.list), x.replace('1', x).replace('2', x))"],
    ["slow patterns", "join(input.list.map(x, 'aaaa')).matches('(a?){900}b')"],
  ])("is bounded for %s", (_what, source) => {
    expect(() => evaluateExpression(source, big)).toThrow(/too much work|nests deeper|characters/);
  });

  it("is one budget for all expressions of a template", () => {
    const template = parseTemplate(
      Array.from({ length: 400 }, () => "${{ input.list.map(x, x + 1) }}"),
    );

    expect(() => template.ok && evaluate(template.value, big)).toThrow(/too much work/);
  });

  it("is enough for a plain pass over the longest foreach", () => {
    const input = { list: Array.from({ length: 100_000 }, (_, id) => ({ id, ok: id % 2 === 0 })) };

    const ids = evaluateExpression("input.list.filter(x, x.ok).map(x, x.id)", { input });

    expect(ids).toHaveLength(50_000);
  });

  it("costs nothing to hand on a large value as it is", () => {
    const input = Array.from({ length: 1_000_000 }, () => 0);

    expect(evaluateExpression("input", { input })).toBe(input);
  });

  it("is not swallowed by a logical operator", () => {
    const slow = "input.list.all(a, input.list.all(b, input.list.all(c, c < 5000)))";

    expect(() => evaluateExpression(`${slow} || true`, big)).toThrow(/too much work/);
  });

  it("is counted exactly", () => {
    const context = new Context("x", {}, new Budget(3));

    context.spend(3);

    expect(() => {
      context.spend(1);
    }).toThrow(/too much work/);
    expect(MAX_WORK).toBe(2_000_000);
  });

  it("refuses a result that JSON could not write", () => {
    const text = JSON.stringify("[".repeat(5000) + "]".repeat(5000));

    expect(() => evaluateExpression(`json(${text})`, {})).toThrow(/nests deeper/);
  });
});

describe("any text at all", () => {
  it("either parses or is refused with an issue", () => {
    const pieces = fc.constantFrom(
      ...["input", ".", "steps", "a", "[", "]", "(", ")", "{", "}", "'", '"', "\\", "?", ":"],
      ...[
        "1",
        "1.",
        "e",
        "-",
        "!",
        "&&",
        "||",
        "==",
        " ",
        "\n",
        "//",
        "has",
        "map",
        ",",
        "$",
        "}}",
      ],
    );
    const source = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
    );

    fc.assert(
      fc.property(source, (text) => {
        const parsed = parseExpression(text);
        if (!parsed.ok) for (const issue of parsed.error) expect(issue.message).not.toBe("");
        const template = parseTemplate(["a ${{ ", text, " }} b"].join(""));
        if (!template.ok) for (const issue of template.error) expect(issue.message).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
