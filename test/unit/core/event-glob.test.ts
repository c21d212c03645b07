import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkEventGlob,
  checkEventType,
  matchesEventGlob,
  MAX_EVENT_TYPE_LENGTH,
} from "../../../src/core/index.ts";

describe("an event glob", () => {
  test.for<readonly [glob: string, fits: readonly string[], fitsNot: readonly string[]]>([
    ["exact", ["exact"], ["exact.match", "exac", "Exact"]],
    ["system.*", ["system.startup"], ["system", "system.cpu.high", "agent.created"]],
    ["system.**", ["system", "system.startup", "system.cpu.high"], ["systems.startup"]],
    ["**", ["a", "a.b.c"], []],
    ["*", ["a"], ["a.b"]],
    ["*.error", ["agent.error"], ["error", "agent.tool.error"]],
    ["**.error", ["error", "agent.error", "agent.tool.error"], ["agent.error.late"]],
    ["a.**.c", ["a.c", "a.b.c", "a.b.b.c", "a.c.c"], ["a.b", "b.c"]],
    ["a.**.b.*", ["a.b.x", "a.x.b.b.y", "a.b.b"], ["a.b", "a.x.b"]],
    ["**.*", ["a", "a.b"], []],
  ])("%s", ([glob, fits, fitsNot]) => {
    expect(checkEventGlob(glob)).toEqual({ ok: true, value: glob });
    for (const type of fits) expect(matchesEventGlob(glob, type), type).toBe(true);
    for (const type of fitsNot) expect(matchesEventGlob(glob, type), type).toBe(false);
  });

  test.for<readonly [glob: string, reason: RegExp]>([
    ["", /no segment may be empty/],
    ["order.", /no segment may be empty/],
    ["order..paid", /no segment may be empty/],
    ["ord*", /"ord\*" can never match/],
    ["order.***", /"\*\*\*" can never match/],
    ["order paid", /may hold only letters/],
    ["order.{a,b}", /may hold only letters/],
    ["a".repeat(MAX_EVENT_TYPE_LENGTH + 1), /at most 255 characters/],
  ])("is refused when nothing can match it: %j", ([glob, reason]) => {
    expect(checkEventGlob(glob)).toEqual({
      ok: false,
      error: expect.stringMatching(reason) as unknown,
    });
  });

  test("fits what a plain backtracking reading says it fits", () => {
    const segment = fc.constantFrom("a", "b", "c");
    const globs = fc.array(fc.oneof(segment, fc.constantFrom("*", "**")), {
      minLength: 1,
      maxLength: 6,
    });
    const types = fc.array(segment, { minLength: 1, maxLength: 6 });
    const reads = (glob: readonly string[], type: readonly string[]): boolean => {
      const [first, ...rest] = glob;
      if (first === undefined) return type.length === 0;
      if (first === "**")
        return type.concat("end").some((_, skip) => reads(rest, type.slice(skip)));
      return type.length > 0 && (first === "*" || first === type[0]) && reads(rest, type.slice(1));
    };

    fc.assert(
      fc.property(globs, types, (glob, type) => {
        expect(matchesEventGlob(glob.join("."), type.join("."))).toBe(reads(glob, type));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an event type", () => {
  test("is dotted words without wildcards", () => {
    expect(checkEventType("order.paid_2-eu.X")).toEqual({ ok: true, value: "order.paid_2-eu.X" });
    expect(checkEventType("order.*")).toMatchObject({ ok: false });
    expect(checkEventType("order.*")).toHaveProperty(
      "error",
      expect.stringContaining("only subscriptions have wildcards"),
    );
    expect(checkEventType(".order")).toMatchObject({ ok: false });
  });
});
