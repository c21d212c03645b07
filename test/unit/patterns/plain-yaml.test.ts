/** The quick reader of YAML may give up at any time; what it does read has to be what the library reads, where it stands. */
import { readdirSync, readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parsePlainYaml } from "../../../src/patterns/text/plain-yaml.ts";
import type { ParsedText } from "../../../src/patterns/text/parsed-text.ts";
import { parseYamlText } from "../../../src/patterns/text/yaml-text.ts";

const EXAMPLES = new URL("../../../examples/", import.meta.url);
const TEXTS = [
  'a: 1\nb:\n  - c\n  - d: 2\n    e: [1, "x", {f: g}]\n',
  "k: |\n  one\n   two\n\n  three\nl: 'it''s'\n",
  'a:\n- b\n- - c\n  - d\nz: { y: "q\\n\\"r\\"", w: [] }\n',
  "steps:\n  a: { run: x y, needs: [b, c] } # c\n  b:\n    # d\n    with: { m: -1.5, n: 1e3, o: 0x1f }\n",
  ...readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(new URL(file, EXAMPLES), "utf8")),
];

/** What means something to YAML somewhere. */
const PIECES = [
  ...[
    "\n",
    " ",
    ":",
    "#",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "-",
    "|",
    ">",
    "&",
    "*",
    "!",
    "?",
    "~",
  ],
  ...[
    "1",
    "0",
    ".",
    "e",
    "x",
    "\\",
    "+",
    "$",
    "@",
    "%",
    "`",
    "\t",
    "\r",
    "\u00a0",
    "\u2003",
    "\u00e9",
  ],
  ...[
    "  ",
    "- ",
    ": ",
    " #",
    "|-",
    "null",
    "true",
    "\\n",
    "''",
    "\n\n",
    "\n  ",
    "<<: ",
    "---\n",
    '\\"',
  ],
];

const mutated = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(3),
        put: fc.constantFrom("", ...PIECES),
      }),
      { maxLength: 4 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, { at, cut, put }) => {
      const place = Math.floor(at * edited.length);
      return edited.slice(0, place) + put + edited.slice(place + cut);
    }, text),
  );

describe("the quick reader of YAML", () => {
  it("reads nearly every example by itself", () => {
    const read = TEXTS.filter((text) => parsePlainYaml(text) !== undefined);
    expect(read.length / TEXTS.length).toBeGreaterThan(0.8);
  });

  it("reads what the library reads and places it where the library does, or gives up", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const quick = parsePlainYaml(text);
        fc.pre(quick !== undefined);
        const slow = parseYamlText(text);

        expect(slow.problems).toEqual([]);
        expect(quick.value).toStrictEqual(slow.value);
        expect(placesOf(quick)).toEqual(placesOf(slow));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ["an anchor", "a: &x 1\nb: *x\n"],
    ["a tag", "a: !!str 1\n"],
    ["a merge key", "a:\n  <<: { b: 1 }\n"],
    ["a second document", "a: 1\n---\nb: 2\n"],
    ["a doubled key", "a: 1\na: 2\n"],
    ["text over two lines", "a: one\n  two\n"],
    ["a tab", "a:\t1\n"],
    ["a prototype", "__proto__: { polluted: true }\n"],
  ])("leaves %s to the library", (_what, text) => {
    expect(parsePlainYaml(text)).toBeUndefined();
  });

  it("is not held up by a long line of blanks, quotes or backslashes", () => {
    for (const piece of [" ", "\\\\", '\\"', "''", "[", "- ", "#"]) {
      const text = `a: "${piece.repeat(200_000)}"\nb: ${piece.repeat(200_000)}x\n`;
      expect(() => parsePlainYaml(text)).not.toThrow();
    }
  });
});

function placesOf(parsed: ParsedText): readonly unknown[] {
  const work: { readonly value: unknown; readonly path: readonly (string | number)[] }[] = [
    { value: parsed.value, path: [] },
  ];
  const places: unknown[] = [];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { value, path } = next;
    places.push([path, parsed.positionOf(path)]);
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value))
      work.push({ value: inner, path: [...path, Array.isArray(value) ? Number(key) : key] });
  }
  return places;
}
