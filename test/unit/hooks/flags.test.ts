// Features that hooks hang on: what is on, what that brings with it, which hooks are there.
import { describe, expect, it } from "vitest";

import { enabledFlags, withFlags } from "../../../src/hooks/index.ts";
import { makeHook } from "./make-hook.ts";

const DEFINED = {
  audit: { needs: ["logging"] },
  logging: { enabled: false, needs: ["clock"] },
  beta: true,
  off: false,
  a: { needs: ["b"] },
  b: { needs: ["a"] },
};

describe("feature flags", () => {
  it("C26: enabling one enables its dependencies, and theirs", () => {
    expect([...enabledFlags(DEFINED, ["audit"])].sort()).toEqual([
      "audit",
      "beta",
      "clock",
      "logging",
    ]);
  });

  it("are on when they are defined so, and may need each other", () => {
    expect([...enabledFlags(DEFINED)]).toEqual(["beta"]);
    expect([...enabledFlags(DEFINED, ["a"])].sort()).toEqual(["a", "b", "beta"]);
  });

  it("a run may switch one off, even one that another needs", () => {
    expect([...enabledFlags(DEFINED, ["audit", "!logging", "!beta"])]).toEqual(["audit"]);
  });

  it("C26: a disabled feature hides its hooks; a hook of several needs them all", () => {
    const hooks = [
      makeHook({ name: "always" }),
      makeHook({ name: "beta", flags: ["beta"] }),
      makeHook({ name: "both", flags: ["beta", "off"] }),
      makeHook({ name: "unknown", flags: ["nobody"] }),
    ];

    const there = (asked: readonly string[]): readonly string[] =>
      withFlags(hooks, enabledFlags(DEFINED, asked)).map(({ name }) => name);
    expect(there([])).toEqual(["always", "beta"]);
    expect(there(["off"])).toEqual(["always", "beta", "both"]);
  });
});
