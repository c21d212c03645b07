// The linear engine must agree with JavaScript's wherever both understand a pattern.
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compileRegex } from "../../../src/expressions/cel/regex.ts";

function test(pattern: string, text: string): boolean | string {
  const compiled = compileRegex(pattern);
  return compiled.ok ? compiled.value.test(text, () => undefined) : compiled.error;
}

const atom = fc.constantFrom(
  ...["a", "b", "ab", ".", "[ab]", "[^a]", "[a-c]", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S"],
  ...["^", "$", "\\b", "\\B", "\\.", "\\n", "[\\d.]", "\\x61", "é"],
);

const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc
      .tuple(tie("pattern"), fc.constantFrom("(", "(?:"))
      .map(([inner, open]) => `${open}${inner})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"))
      .map(([inner, times]) => `(?:${inner})${times}`),
  ),
  pattern: fc.oneof(
    { depthSize: "small" },
    fc.array(tie("piece"), { maxLength: 3 }).map((all) => all.join("")),
    fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => `${left}|${right}`),
  ),
}));

const text = fc
  .array(fc.constantFrom("a", "b", "c", "1", ".", " ", "\n", "é", "😀"), { maxLength: 8 })
  .map((all) => all.join(""));

describe("matches()", () => {
  it("agrees with JavaScript's engine on every pattern that both understand", () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        // JavaScript finds a \B between the two halves of a surrogate pair, which is no place in a text.
        const text = /\\[bB]/.test(source) ? subject.replaceAll("😀", "é") : subject;

        // `u` so that both step by characters; `\s` differs on exotic blanks only, which do not occur here.
        expect(test(source, text)).toBe(new RegExp(source, "u").test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["(?i)abc", "xABCx", true],
    ["(?s)a.b", "a\nb", true],
    ["(?m)^b$", "a\nb", true],
    ["(?P<name>a)+", "aa", true],
    ["(?<name>a)", "b", false],
    ["[^[:alpha:]]", "a", "a class such as [:alpha:]"],
    ["\\Aab\\z", "ab", true],
    ["[]a]", "]", true],
    ["a{,3}", "a{,3}", true],
    ["\\x{1F600}", "😀", true],
  ] as const)("reads RE2 syntax: %s", (source, subject, expected) => {
    expect(test(source, subject)).toBe(expected);
  });

  it.each([
    ["(a", "a ( without its )"],
    ["a)", "a ) without its ("],
    ["[a", "a [ without its ]"],
    ["*a", "nothing to repeat before *"],
    ["a**", "two repetitions in a row"],
    ["a{3,2}", "a repetition outside 0 to 1000"],
    ["a{2000}", "a repetition outside 0 to 1000"],
    ["[b-a]", "a range that ends before it begins"],
    ["[\\D]", "a negated set inside [ ]"],
    ["(?=a)", "a group that begins with (?="],
    ["(?<!a)", "a group that begins with (?<"],
    ["\\1", "the escape \\1"],
    ["\\p{L}", "the escape \\p"],
    ["\\x6", "an incomplete \\x"],
    ["(a{1000}){1000}", "it repeats too much"],
    ["(?:a{1000}|b{1000}){5}", "it repeats too much"],
    ["((?:a{999}){0,900})*", "it repeats too much"],
    ["x(?:a{1000}){0,1000}", "it repeats too much"],
    ["(".repeat(200), "more than 100 groups"],
  ])("refuses %s and says why", (source, reason) => {
    expect(test(source, "a")).toBe(reason);
  });

  it("takes work in proportion to the text where backtracking takes for ever", () => {
    const compiled = compileRegex("(a*)*(a*)*(a|aa)+$");
    let work = 0;

    const found =
      compiled.ok &&
      compiled.value.test(`${"a".repeat(2000)}b`, (amount) => {
        work += amount;
      });

    expect(found).toBe(false);
    expect(work).toBeLessThan(20_000);
  });
});
