/** What the database looks up by must admit all that the glob admits: the index may only ever narrow. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesEventGlob } from "../../../src/core/index.ts";
import { literalPrefix, prefixesOf, toCondition } from "../../../src/events/glob-sql.ts";

const word = fc.constantFrom("a", "b", "a-b", "a_b", "A", "0");
const type = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join("."));
const glob = fc
  .array(fc.oneof(word, fc.constantFrom("*", "**")), { minLength: 1, maxLength: 5 })
  .map((words) => words.join("."));

describe("a glob as a condition", () => {
  test("admits exactly what the glob fits: its regular expression, within its range", () => {
    fc.assert(
      fc.property(glob, type, (aGlob, aType) => {
        const { from, to, pattern } = toCondition(aGlob);
        const isInRange = from === null || to === null || (aType >= from && aType < to);
        const admits = isInRange && new RegExp(pattern).test(`.${aType}`);
        expect(admits).toBe(matchesEventGlob(aGlob, aType));
      }),
      { numRuns: 3000 },
    );
  });

  test("is found by one of the prefixes of every type that it fits", () => {
    fc.assert(
      fc.property(glob, type, (aGlob, aType) => {
        if (!matchesEventGlob(aGlob, aType)) return;
        expect(prefixesOf(aType)).toContain(literalPrefix(aGlob));
      }),
      { numRuns: 3000 },
    );
  });

  test("begins with the segments before its first wildcard", () => {
    expect(["order.paid", "order.*", "order.**.eu", "**"].map(literalPrefix)).toEqual([
      "order.paid",
      "order",
      "order",
      "",
    ]);
    expect(prefixesOf("a.b")).toEqual(["", "a", "a.b"]);
  });
});
