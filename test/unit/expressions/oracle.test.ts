// The evaluator is our own (docs/decisions/0005). This holds it to a library that is well kept.
import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { evaluateExpression } from "../../../src/expressions/index.ts";

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
});

const { int, double, text, bool, list } = fc.letrec<{
  int: string;
  double: string;
  text: string;
  bool: string;
  list: string;
}>((tie) => ({
  int: fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: 0, max: 50 }).map(String),
    fc
      .tuple(tie("int"), fc.constantFrom("+", "-", "*", "/", "%"), tie("int"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie("int").map((a) => `-(${a})`),
    tie("list").map((a) => `size(${a})`),
    tie("text").map((a) => `${a}.size()`),
    fc.tuple(tie("bool"), tie("int"), tie("int")).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    tie("double").map((a) => `int(${a})`),
  ),
  double: fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: 0, max: 40 }).map((n) => (n / 4).toFixed(2)),
    fc
      .tuple(tie("double"), fc.constantFrom("+", "-", "*"), tie("double"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie("int").map((a) => `double(${a})`),
  ),
  text: fc.oneof(
    { depthSize: "small" },
    fc
      .string({ maxLength: 5 })
      .filter((value) => !/[^ -~]/.test(value))
      .map((value) => JSON.stringify(value)),
    fc.constantFrom("'a'", '"a\\tb"', "r'a\\n'", "'''a'b'''", "'\\u00e9\\x41\\101'"),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b})`),
    tie("int").map((a) => `string(${a})`),
    tie("text").map((a) => `${a}.trim()`),
  ),
  bool: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("true", "false"),
    fc
      .tuple(tie("int"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("int"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie("int"), fc.constantFrom("<", ">="), tie("double"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie("text"), fc.constantFrom("<", "==", "!="), tie("text"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie("bool"), fc.constantFrom("&&", "||"), tie("bool"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("int"), tie("bool")).map(([a, b]) => `(${a} / 0 == 1 || ${b})`),
    tie("bool").map((a) => `!${a}`),
    fc.tuple(tie("int"), tie("list")).map(([a, b]) => `(${a} in ${b})`),
    fc.tuple(tie("list"), tie("list")).map(([a, b]) => `(${a} == ${b})`),
    fc
      .tuple(tie("list"), fc.constantFrom("all", "exists", "exists_one"), tie("int"))
      .map(([a, macro, b]) => `${a}.${macro}(x, x > ${b})`),
    fc
      .tuple(tie("text"), fc.constantFrom("startsWith", "endsWith", "contains"), tie("text"))
      .map(([a, method, b]) => `${a}.${method}(${b})`),
  ),
  list: fc.oneof(
    { depthSize: "small" },
    fc.array(tie("int"), { maxLength: 3 }).map((all) => `[${all.join(", ")}]`),
    fc.tuple(tie("list"), tie("list")).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie("list"), tie("int")).map(([a, b]) => `${a}.map(x, x + ${b})`),
    fc.tuple(tie("list"), tie("int")).map(([a, b]) => `${a}.filter(x, x != ${b})`),
  ),
}));

interface Outcome {
  readonly value?: unknown;
  readonly failed?: true;
}

/** What the library refuses when it evaluates; its static type check refuses more, which says nothing about values. */
const FAILURES = new Set(["division_by_zero", "modulo_by_zero", "numeric_overflow"]);

function theirs(source: string): Outcome | undefined {
  try {
    const value = toJson(environment.evaluate(source));
    // A JSON number could not hold it, so ours refuses to give it.
    return isExact(value) ? { value } : undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return FAILURES.has(code) ? { failed: true } : undefined;
  }
}

function ours(source: string): Outcome {
  try {
    return { value: evaluateExpression(source, {}) };
  } catch {
    return { failed: true };
  }
}

/** The library keeps integers apart to the end; results of ours are JSON. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return Array.isArray(value) ? value.map(toJson) : value;
}

function isExact(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isExact);
  return typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

describe("the evaluator and the CEL library", () => {
  it("agree on the value of every expression, and on which have none", () => {
    let compared = 0;

    fc.assert(
      fc.property(fc.oneof(int, double, text, bool, list), (source) => {
        const expected = theirs(source);
        if (expected === undefined) return;
        compared += 1;
        expect(ours(source)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );

    expect(compared).toBeGreaterThan(2000);
  });
});
