// The verifier refuses such documents first; the compiler must not turn them into plans if it ever misses one.
import { describe, expect, it } from "vitest";

import { HeddleError } from "../../../src/core/index.ts";
import type { PatternDocument, StepsDocument } from "../../../src/patterns/document.ts";
import { compilePlan } from "../../../src/patterns/compile/compile.ts";
import { buildModel } from "../../../src/patterns/verify/model/model.ts";

function refusal(steps: StepsDocument, head: Partial<PatternDocument> = {}): string {
  const model = buildModel({ heddle: "v1", name: "p", version: "1.0.0", ...head, steps });
  try {
    compilePlan(model, "0".repeat(64));
    return "";
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return `${error.code} ${error.message}`;
  }
}

describe("a document that was not verified", () => {
  it.each<[string, StepsDocument, RegExp]>([
    [
      "a broken template",
      { a: { call: "f", with: "${{ 1 + }}" } },
      /^PATTERN_INVALID .*ends too early/,
    ],
    ["an unknown function", { a: { call: "f", with: { x: "${{ nope() }}" } } }, /No function nope/],
    ["a broken condition", { a: { run: "x", if: "1 +" } }, /ends too early/],
    ["text as condition", { a: { run: "x", if: "a ${{ 1 }}" } }, /one expression/],
    ["an open condition", { a: { run: "x", if: "${{ 1" } }, /No }} ends/],
    ["a step without a kind", { a: {} }, /no kind/],
    ["an unsafe shell command", { a: { run: "echo \\${{ input }}" } }, /backslash/],
  ])("is refused for %s", (_what, steps, message) => {
    expect(refusal(steps)).toMatch(message);
  });

  it("is refused for a hook that cannot be registered", () => {
    const hook = { name: "h", on: "step.befor", handler: { command: "x" } };

    expect(refusal({ a: { run: "x" } }, { hooks: [hook] })).toMatch(/step\.before/);
  });
});
