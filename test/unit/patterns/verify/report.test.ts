import { describe, expect, it } from "vitest";

import { readPattern, renderIssues, toSarif } from "../../../../src/patterns/index.ts";

const TEXT = [
  "heddle: v1",
  "name: test",
  "version: 1.0.0",
  "steps:",
  "  a: { run: x, needs: [b] }",
  "\tb: nothing",
].join("\n");

const issue = {
  code: "unknown-step",
  severity: "error",
  path: "steps.a.needs[0]",
  line: 5,
  column: 24,
  message: 'Step "a" needs the unknown step "b"',
  hint: 'Add "b".',
} as const;

describe("renderIssues", () => {
  it("shows place, message, the line with a caret, and what to do", () => {
    expect(renderIssues(TEXT, [issue], "test.yaml")).toBe(
      [
        'test.yaml:5:24 error unknown-step: Step "a" needs the unknown step "b"',
        "  5 |   a: { run: x, needs: [b] }",
        "    |                        ^",
        '  Add "b".',
      ].join("\n"),
    );
  });

  it("keeps tabs in front of the caret, so that both lines agree", () => {
    const shown = renderIssues(TEXT, [{ ...issue, line: 6, column: 2 }]);
    expect(shown.split("\n").slice(1, 3)).toEqual(["  6 | \tb: nothing", "    | \t^"]);
  });

  it("shows the surroundings of a problem in a very long line", () => {
    const long = `${" ".repeat(400)}here${" ".repeat(400)}`;
    const [, line = "", caret = ""] = renderIssues(long, [
      { ...issue, line: 1, column: 401 },
    ]).split("\n");
    expect(line.length).toBeLessThan(140);
    expect(line.indexOf("here")).toBe(caret.indexOf("^"));
  });

  it("shows the path of an issue that has no position, and nothing for the whole document", () => {
    expect(renderIssues("", [{ ...issue, line: 0, column: 0 }])).toMatch(
      /^steps\.a\.needs\[0\] error/,
    );
    expect(renderIssues("", [{ ...issue, line: 0, column: 0, path: "" }])).toMatch(
      /^error unknown-step/,
    );
    expect(renderIssues(TEXT, [])).toBe("");
  });
});

describe("toSarif", () => {
  it("writes what code scanners read", () => {
    const { issues } = readPattern(
      TEXT.replace("\tb: nothing", "  c: { run: x, timeout: 10s, heartbeat: 20s }"),
    );
    const log = toSarif([{ file: "patterns/my test.yaml", issues }], "0.1.0");
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "heddle",
              semanticVersion: "0.1.0",
              rules: [{ id: "retry-exceeds-timeout" }, { id: "unknown-step" }],
            },
          },
          results: [
            {
              ruleId: "unknown-step",
              ruleIndex: 1,
              level: "error",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "patterns/my%20test.yaml" },
                    region: { startLine: 5, startColumn: 24 },
                  },
                },
              ],
            },
            { ruleId: "retry-exceeds-timeout", ruleIndex: 0, level: "warning" },
          ],
        },
      ],
    });
  });

  it("names codes that are no rules, and leaves regions out where there are no positions", () => {
    const log = toSarif(
      [
        {
          file: "a.ts",
          issues: [{ ...issue, code: "syntax", severity: "info", line: 0, column: 0 }],
        },
      ],
      "1.0.0",
    );
    expect(JSON.stringify(log)).not.toContain("region");
    expect(JSON.stringify(log)).toContain('"shortDescription":{"text":"syntax"}');
    expect(JSON.stringify(log)).toContain('"level":"note"');
  });
});
