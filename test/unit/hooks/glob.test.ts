import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compileGlob } from "../../../src/hooks/index.ts";
import { compileMatcher } from "../../../src/hooks/matcher.ts";

const test = (pattern: string, subject: string): boolean =>
  compileGlob(pattern)?.(subject) ?? false;

describe("compileGlob", () => {
  it.each([
    ["*", "anything", true],
    ["", "anything", true],
    ["Bash", "Bash", true],
    ["Bash", "bash", false],
    ["mcp__*", "mcp__memory__read", true],
    ["mcp__*", "my_mcp__x", false],
    ["a | b|c", "b", true],
    ["a|b|c", "delete_file", false],
    [" | | ", "anything", false],
    ["?at", "cat", true],
    ["?at", "at", false],
    ["{a,b}c", "bc", true],
    ["{a,{b,c}}d", "cd", true],
    ["{a|b,c}", "a|b", true],
    ["{a}", "{a}", true],
    ["}{a,b", "}{a,b", true],
    ["a*b*c", "a.b/c", true],
    ["a*b*c", "a.b/d", false],
    ["**x", "x", true],
  ])("D2: %j against %j is %s", (pattern, subject, expected) => {
    expect(test(pattern, subject)).toBe(expected);
  });

  it("refuses what is too long or stands for too many words", () => {
    expect(compileGlob("x".repeat(1001))).toBeUndefined();
    expect(compileGlob("{0,1}".repeat(12))).toBeUndefined();
    expect(test("*x", "y".repeat(20_000) + "x")).toBe(false);
  });

  it("agrees with the regular expression that means the same", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(
        letters,
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }),
        (glob, word) => {
          const regex = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
          expect(test(glob, word)).toBe(glob === "" || regex.test(word));
        },
      ),
    );
  });
});

describe("compileMatcher", () => {
  it("takes a regular expression by its tag, anchored nowhere", () => {
    const compiled = compileMatcher("regex:^mcp__(a|b)__");
    expect(compiled.ok && compiled.value("mcp__b__x")).toBe(true);
    expect(compiled.ok && compiled.value("xmcp__b__x")).toBe(false);
  });

  it("is linear for expressions that other engines need for ever on", () => {
    const compiled = compileMatcher("regex:^(a+)+$");
    expect(compiled.ok && compiled.value(`${"a".repeat(5000)}b`)).toBe(false);
  });

  it.each([
    ["regex:(", "cannot be used"],
    ["regex:(?=a)b", "Look-ahead"],
    [`regex:${"a".repeat(1001)}`, "longer than"],
    ["x".repeat(1001), "too long"],
  ])("refuses %s", (pattern, sentence) => {
    const compiled = compileMatcher(pattern);
    expect(compiled.ok ? "" : compiled.error).toContain(sentence);
  });
});
