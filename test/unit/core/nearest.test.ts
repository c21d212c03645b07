import { describe, expect, it } from "vitest";

import { nearest } from "../../../src/core/index.ts";

const NAMES = ["step.before", "step.after", "PreToolUse", "run_command", "a"];

describe("nearest", () => {
  it.each([
    ["step.befor", "step.before"],
    ["pretooluse", "PreToolUse"],
    ["PerToolUse", "PreToolUse"],
    ["run-command", "run_command"],
    ["step.afterr", "step.after"],
  ])("takes %s for %s", (word, meant) => {
    expect(nearest(word, NAMES)).toBe(meant);
  });

  it.each([["something else"], [""], ["__"], ["x".repeat(100)]])("takes %j for nothing", (word) => {
    expect(nearest(word, NAMES)).toBeUndefined();
  });
});
