// Hooks that start runs whose hooks start runs: how far that may go.
import { describe, expect, it } from "vitest";

import {
  extendOrigin,
  extendOriginByRole,
  findLoop,
  isStartedByHook,
  readOrigin,
  type Origin,
} from "../../../src/hooks/index.ts";

const repeat = (count: number, entry: (index: number) => string): Origin =>
  Array.from({ length: count }, (_, index) => entry(index));

describe("the origin of a run that hooks started", () => {
  it("grows by the hook that starts the next one, and travels through the environment", () => {
    const origin = extendOrigin(extendOrigin(undefined, "outer", "notify"), "inner", "again");

    expect(origin).toEqual(["outer/notify", "inner/again"]);
    expect(readOrigin(origin.join(","))).toEqual(origin);
    expect(readOrigin("")).toBeUndefined();
  });

  it("may come back to one hook three times, not four", () => {
    expect(findLoop(repeat(3, () => "loopy/again"))).toBeUndefined();
    expect(findLoop(repeat(4, () => "loopy/again"))).toContain(
      "the hook loopy/again starts runs that lead to it again, 4 deep",
    );
  });

  it("may be ten deep, not eleven, through whatever patterns", () => {
    expect(findLoop(repeat(10, (index) => `p${String(index)}/h`))).toBeUndefined();
    expect(findLoop(repeat(11, (index) => `p${String(index)}/h`))).toContain("11 deep");
  });

  it("is bounded for patterns that play roles as well, which may work as often as their steps say", () => {
    const origin = extendOriginByRole(["outer/notify"], "splitter", "worker");

    expect(isStartedByHook(["outer/notify"])).toBe(true);
    expect(isStartedByHook(origin)).toBe(false);
    expect(findLoop(origin)).toBeUndefined();
    expect(findLoop(repeat(4, () => origin[1] ?? ""))).toBe(
      "splitter/role:worker starts runs that lead to it again, 4 deep: " +
        repeat(4, () => "splitter/role:worker").join(" -> "),
    );
  });

  it("of a run that nobody's hook started is fine", () => {
    expect(findLoop([])).toBeUndefined();
  });
});
