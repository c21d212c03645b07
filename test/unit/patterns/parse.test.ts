import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";

import type { JsonValue } from "../../../src/core/index.ts";
import { readPattern } from "../../../src/patterns/index.ts";
import { MAX_DOCUMENT_BYTES, parseData, parseText } from "../../../src/patterns/text/parse.ts";

function problemsOf(text: string): readonly string[] {
  const { problems, positionAt, positionOf } = parseText(text);
  return problems.map(({ code, path, offset }) => {
    const { line, column } = offset === undefined ? positionOf(path) : positionAt(offset);
    return `${code} ${line}:${column}`;
  });
}

describe("a text", () => {
  it.each([
    ["a tab as indentation", "a:\n\tb: 1\n", ["syntax 2:1"]],
    ["an open bracket", "a: [1, 2\nb: 1\n", ["syntax 2:1"]],
    ["an unknown tag", "a: !!js/function 'x'\n", ["syntax 1:4"]],
    ["an unknown anchor", "a: *b\n", ["syntax 1:4"]],
    ["two equal keys", "a: 1\nb: 2\na: 3\n", ["duplicate-key 3:1"]],
    ["two equal nested keys", "s:\n  - { x: 1, x: 2 }\n", ["duplicate-key 2:13"]],
    ["two equal keys in JSON", '{\n "a": {"x": 1, "x": 2}}', ["duplicate-key 2:16"]],
    ["a second document", "a: 1\n---\nb: 1\n", ["several-documents 2:1"]],
    ["nothing", "", ["syntax 1:1"]],
    ["nothing but a comment", "# hello\n", ["syntax 1:1"]],
    ["a number that JSON lacks", "a: .nan\nb: [.inf]\n", ["not-json 1:1", "not-json 2:5"]],
    [
      "keys that are no text",
      "a: 1\n? [b]\n: 2\n? { c: d }\n: 3\n",
      ["not-json 2:3", "not-json 4:3"],
    ],
    ["an empty key beside null", "~: 1\n'': 2\n", ["duplicate-key 2:1"]],
    ["two keys that one alias gives", "&k a: 1\n*k : 2\n", ["duplicate-key 2:1"]],
    ["a merge of no mapping", "a: 1\nb: { <<: 5 }\n", ["syntax 2:6"]],
    ["a comment before JSON", '// x\n{"a": 1}', ["syntax 1:1"]],
    ["a comment in JSON", '{"a": "// x", // y\n"b": 1}', ["syntax 1:15"]],
    ["a comment of several lines in JSON", '{"a": 1,\n /* x\n */ "b": 1}', ["syntax 2:2"]],
    ["JSON that breaks off", '{"a": [1, 2', ["syntax 1:12", "syntax 1:12"]],
  ])("with %s is refused at its place", (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it("may be 8 MiB long, and not more", () => {
    const text = (size: number): string => JSON.stringify({ a: "x".repeat(size - 8) });

    expect(problemsOf(text(MAX_DOCUMENT_BYTES))).toEqual([]);
    expect(problemsOf(text(MAX_DOCUMENT_BYTES + 1))).toEqual(["document-too-large 1:1"]);
    expect(problemsOf("x".repeat(10_000_000))).toEqual(["document-too-large 1:1"]);
  });

  it("cannot blow up by its anchors", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1)
      lines.push(
        `a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`,
      );

    expect(problemsOf(lines.join("\n"))).toEqual(["too-many-aliases 1:1"]);
  });

  it("cannot stand for a huge document by repeating a large part", () => {
    const big = `big: &big [${Array.from({ length: 20_000 }, () => "1").join(",")}]`;
    const uses = Array.from({ length: 900 }, (_, index) => `k${index}: *big`);

    expect(problemsOf([big, ...uses].join("\n"))[0]).toMatch(/^document-too-large/);
  });

  it.each([
    ["YAML", "- ".repeat(5000)],
    ["JSON", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["a little", `${"[".repeat(202)}${"]".repeat(202)}`],
  ])("cannot exhaust the stack by nesting: %s", (_what, text) => {
    expect(problemsOf(text)[0]).toMatch(/^too-deep/);
  });

  it("takes anchors and merge keys in measure", () => {
    const text = "base: &b { x: 1 }\nuse: { <<: *b, y: 2 }\nagain: *b\n";

    expect(parseText(text).value).toEqual({ base: { x: 1 }, use: { x: 1, y: 2 }, again: { x: 1 } });
  });

  it("takes several merges, keys by alias, and two slashes where YAML has them", () => {
    const merges = "a: &a { x: 1 }\nb: &b { y: 2 }\nc: { <<: *a, <<: *b }\n";
    const slashes = "{ a: x // y, b: [http://z], 'c, //d': 1 } # { // }\n";

    expect(parseText(merges)).toMatchObject({ value: { c: { x: 1, y: 2 } }, problems: [] });
    expect(parseText("&k a: 1\nb: { *k : 2 }\n")).toMatchObject({
      value: { a: 1, b: { a: 2 } },
      problems: [],
    });
    expect(parseText(slashes).value).toEqual({ a: "x // y", b: ["http://z"], "c, //d": 1 });
  });

  it("takes `on` for a key, not for a boolean", () => {
    expect(parseText("on: yes\n").value).toEqual({ on: "yes" });
  });

  it("finds the place of any part, or of the nearest thing around it", () => {
    const text = "a:\n  b:\n    - 1\n    - { c: 2 }\nd: &x { e: 1 }\nf: *x\n";
    const { positionOf } = parseText(text);

    expect(positionOf(["a", "b", 1, "c"])).toEqual({ line: 4, column: 9 });
    expect(positionOf(["a", "b", 0])).toEqual({ line: 3, column: 7 });
    expect(positionOf(["a", "missing"])).toEqual({ line: 1, column: 1 });
    expect(positionOf(["a", "b", 9])).toEqual({ line: 2, column: 3 });
    expect(positionOf(["f", "e"])).toEqual({ line: 5, column: 9 });
    expect(positionOf(["d", "e", "x"])).toEqual({ line: 5, column: 9 });
    expect(positionOf([])).toEqual({ line: 1, column: 1 });
  });

  it("finds the place of any part of JSON", () => {
    const text = '\n{"a": {"b\\"": [1, {"c": "x,y]"}, true]},\n "d": null}';
    const { positionOf } = parseText(text);

    expect(positionOf(["a"])).toEqual({ line: 2, column: 2 });
    expect(positionOf(["a", 'b"'])).toEqual({ line: 2, column: 8 });
    expect(positionOf(["a", 'b"', 1, "c"])).toEqual({ line: 2, column: 20 });
    expect(positionOf(["a", 'b"', 2])).toEqual({ line: 2, column: 34 });
    expect(positionOf(["d"])).toEqual({ line: 3, column: 2 });
    expect(positionOf(["missing"])).toEqual({ line: 2, column: 1 });
  });

  it("means the same in JSON and in YAML, and every key of it has a place", () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, true, 1, -2.5, "x", "a: b", "- c", "#", "", "yes", "1"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;

    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true }), (document) => {
        const json = parseText(JSON.stringify(document, null, 1));
        const yaml = parseText(stringify(document));

        expect(json.value).toEqual(document);
        expect(yaml.value).toEqual(document);
        const [first = ""] = Object.keys(document);
        for (const parsed of [json, yaml])
          expect(parsed.positionOf([first]).line).toBeGreaterThan(0);
      }),
    );
  });
});

describe("data that is no text", () => {
  it("has no places", () => {
    const parsed = parseData({ a: 1 });

    expect(parsed.value).toEqual({ a: 1 });
    expect(parsed.positionOf(["a"])).toEqual({ line: 0, column: 0 });
    expect(parsed.positionAt(5)).toEqual({ line: 0, column: 0 });
  });

  it.each<[string, unknown, string]>([
    ["a date", { a: new Date(0) }, "an object of a class"],
    ["a function", { a: [() => 1] }, "function"],
    ["undefined in a list", { a: [undefined] }, "undefined"],
    ["not a number", { a: Number.NaN }, "NaN"],
    ["a bigint", { a: 1n }, "bigint"],
  ])("is refused when it holds %s", (_what, value, named) => {
    expect(parseData(value).problems[0]).toMatchObject({
      code: "not-json",
      message: `Expected plain data, got ${named}`,
    });
  });

  it("may have keys without a value, which are then absent", () => {
    expect(parseData({ a: 1, b: undefined }).value).toStrictEqual({ a: 1 });
  });

  it("is refused when it goes round in a circle", () => {
    const value: Record<string, unknown> = {};
    value["self"] = value;

    expect(parseData(value).problems).toMatchObject([{ code: "too-deep" }]);
  });
});

describe("a pattern", () => {
  const text = `heddle: v1
name: greet
version: 1.0.0
steps:
  hello: { run: "echo \${{ input.name }}" }
  bye:
    needs: [helo]
    run: [echo, "\${{ steps.hello.output.stdot }}"]
    timout: 1m
`;

  it("is told about syntax, schema and meaning at once, with lines and columns", () => {
    const { issues, accepted } = readPattern(text.replace("hello: {", "hello: { needs: [nobody],"));

    expect(accepted).toBeUndefined();
    expect(issues.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual([
      "unknown-step 5:20",
      "unknown-key 9:5",
    ]);
  });

  it("is told where a value could not be put safely into a shell command", () => {
    const steps = {
      a: { run: "echo \\${{ input }}", fallback: { run: "${{ 1 +" } },
      b: { run: ["x"], compensate: { run: "cat <<'E'\n${{ input }}\nE" } },
    };

    const { issues } = readPattern({ heddle: "v1", name: "p", version: "1.0.0", steps });

    const found = issues.map(({ code, path }) => `${code} ${path}`);
    expect(found).toContain("shell-expression steps.a.run");
    expect(found).toContain("shell-expression steps.b.compensate.run");
    expect(found).toContain("expression-syntax steps.a.fallback.run");
  });

  it("is accepted with its definition, digest and plan", () => {
    const good = "heddle: v1\nname: p\nversion: 1.0.0\nsteps: { a: { run: 'true' } }\n";

    const { accepted } = readPattern(good);

    expect(accepted?.definition).toEqual({
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      steps: { a: { run: "true" } },
    });
    expect(accepted?.plan).toMatchObject({ name: "p", digest: accepted?.digest });
  });

  it("has one verdict and one digest whatever the order of its keys", () => {
    const document = {
      heddle: "v1",
      name: "p",
      version: "1.0.0",
      tags: ["x"],
      steps: {
        a: { run: "true" },
        b: { run: ["x"], needs: ["a"] },
        c: { call: "f", with: { x: 1, y: 2 } },
      },
    };
    const shuffled = {
      steps: {
        c: { with: { y: 2, x: 1 }, call: "f" },
        b: { needs: ["a"], run: ["x"] },
        a: { run: "true" },
      },
      tags: ["x"],
      version: "1.0.0",
      name: "p",
      heddle: "v1",
    };

    expect(readPattern(shuffled).accepted?.digest).toBe(readPattern(document).accepted?.digest);
    expect(readPattern(JSON.stringify(shuffled)).accepted?.digest).toBe(
      readPattern(stringify(document)).accepted?.digest,
    );
  });

  it("never makes the reader throw, whatever the text", () => {
    const word = fc.constantFrom(
      ...[
        "heddle: v1",
        "name: x",
        "steps:",
        "  a:",
        "    run: x",
        "    needs: [a]",
        "  - b",
        "{",
        "}",
        "&a",
        "*a",
      ],
      ...[
        "${{ input }}",
        "${{ steps.a-b }}",
        "'",
        '"',
        "\t",
        "---",
        "? x",
        "!!set",
        "|",
        ">",
        "%",
        "<<: *a",
      ],
    );

    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (lines) => {
        const { issues } = readPattern(lines.join("\n"));
        for (const issue of issues) expect(issue.message).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });
});
