/** What bad documents get: a code at a place, quickly, and never an exception. */
import { describe, expect, it } from "vitest";

import { readPattern } from "../../../src/patterns/index.ts";

const work = { run: ["true"] };

/** The codes of a document given as text. */
function codesOf(steps: object, more: object = {}): readonly string[] {
  const document = { heddle: "v1", name: "bad", version: "1.0.0", steps, ...more };
  const { issues, accepted } = readPattern(JSON.stringify(document));
  const errors = issues.filter(({ severity }) => severity === "error");
  expect(accepted === undefined).toBe(errors.length > 0);
  expect(issues.every(({ line, hint }) => line > 0 && hint !== "")).toBe(true);
  return issues.map(({ code, path }) => `${code} ${path}`);
}

const read = (expression: string): object => ({ a: { set: { x: `\${{ ${expression} }}` } } });

describe("a bad document", () => {
  it.each<[string, object, string]>([
    [
      "a join whose needs exclude each other",
      {
        a: { ...work, if: "input.go" },
        b: { ...work, if: "!input.go" },
        c: { ...work, needs: ["a", "b"] },
      },
      "join-impossible steps.c.needs",
    ],
    [
      "a moment that is over",
      { a: { wait: { until: "2001-01-01T00:00:00Z" } } },
      "deadline-past steps.a.wait.until",
    ],
    [
      "a join that asks for more than there is",
      { a: work, b: { ...work, needs: ["a"], join: { atLeast: 2 } } },
      "at-least-too-large steps.b.join.atLeast",
    ],
    [
      "a loop without max",
      { a: { loop: { while: "true", steps: { b: work } } } },
      "missing-key steps.a.loop",
    ],
    [
      "a foreach over a text",
      { a: { set: { x: "text" } }, b: { ...work, foreach: { items: "${{ steps.a.output.x }}" } } },
      "expression-type steps.b.foreach.items",
    ],
    [
      "a foreach over a million items",
      { a: { ...work, foreach: { items: Array.from({ length: 1_000_000 }, (_none, at) => at) } } },
      "hard-limit steps.a.foreach.items",
    ],
    [
      "an expression of a megabyte",
      read(`"${"x".repeat(1_000_000)}"`),
      "expression-too-long steps.a.set.x",
    ],
    [
      "a thousand brackets",
      read(`${"(".repeat(1_000)}1${")".repeat(1_000)}`),
      "expression-too-deep steps.a.set.x",
    ],
    [
      "ten thousand negations",
      read(`${"!".repeat(10_000)}true`),
      "expression-too-deep steps.a.set.x",
    ],
  ])("gets a code and a place: %s", (_what, steps, expected) => {
    const known = { known: { nowMs: Date.UTC(2026, 0, 1) } };
    const document = { heddle: "v1", name: "bad", version: "1.0.0", steps };
    const { issues } = readPattern(document, known);

    expect(issues.map(({ code, path }) => `${code} ${path}`)).toContain(expected);
  });

  it("cannot stall the verifier with a regular expression that explodes", () => {
    const bomb = `${"a".repeat(50_000)}!`;
    for (const pattern of ["(a+)+$", "(a|a)*$", "(.*)*x", "([a-z]+)*[0-9]"])
      expect(() => codesOf(read(`"${bomb}".matches("${pattern}")`))).not.toThrow();
  });

  it("cannot stall it with schemas whose references loop", () => {
    const loop = {
      $ref: "#/$defs/a",
      $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } },
    };

    expect(codesOf(read("input.x.y.z"), { input: loop }).join()).toContain("schema-loop");
  });
});
