import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readPattern, RULES, type Known } from "../../../../src/patterns/index.ts";
import type { SchemaProblem } from "../../../../src/patterns/schema/index.ts";
import type { TextProblem } from "../../../../src/patterns/text/parsed-text.ts";

const FIXTURES = new URL("../../../fixtures/rules/", import.meta.url);
const PAGES = new URL("../../../../docs/rules/", import.meta.url);

/** Codes of the reader and the schema, which are no rules of the verifier. */
const SCHEMA_CODES = [
  "unknown-key",
  "missing-key",
  "wrong-type",
  "wrong-value",
  "no-kind",
  "several-kinds",
  "misplaced-key",
  "reserved-id",
] as const satisfies readonly SchemaProblem["code"][];
const TEXT_CODES = [
  "syntax",
  "duplicate-key",
  "several-documents",
] as const satisfies readonly TextProblem["code"][];
/** Their documents are megabytes, or no text at all: tested where they are read. */
const WITHOUT_FIXTURE = [
  "document-too-large",
  "too-deep",
  "too-many-aliases",
  "not-json",
  "template-too-deep",
  "not-compilable",
  // Told by `pattern instantiate`, of a value that is not in the document.
  "invalid-parameter",
] as const;

const CODES = [
  ...RULES.map((rule) => rule.code),
  ...SCHEMA_CODES,
  ...TEXT_CODES,
  "missing-parameter",
  "shell-expression",
];

interface Fixture {
  readonly text: string;
  readonly known: Known;
  /** `line:column` of every issue. */
  readonly expected: readonly string[];
}

function readFixture(code: string, file: string): Fixture {
  const text = readFileSync(new URL(`${code}/${file}`, FIXTURES), "utf8");
  const known: unknown = JSON.parse(/^# known: (.*)$/m.exec(text)?.[1] ?? "{}");
  const expected = /^# expect: (.*)$/m.exec(text)?.[1]?.split(" ") ?? [];
  return { text, known: toKnown(known as Record<string, object>), expected };
}

function toKnown(json: Readonly<Record<string, unknown>>): Known {
  const entries = Object.entries(json).map(([key, value]) => [
    key,
    typeof value === "object" && value !== null ? new Map(Object.entries(value)) : value,
  ]);
  return Object.fromEntries(entries) as Known;
}

function fixturesOf(code: string, kind: "pass" | "fail"): readonly string[] {
  const folder = new URL(`${code}/`, FIXTURES);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((file) => file.startsWith(kind));
}

describe("every code", () => {
  it("is unique among the rules", () => {
    const codes = RULES.map((rule) => rule.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each([...CODES, ...WITHOUT_FIXTURE])("%s has a page that names it", (code) => {
    const page = readFileSync(new URL(`${code}.md`, PAGES), "utf8");
    expect(page).toMatch(new RegExp(`^# ${code}: .+`));
    for (const part of ["Severity: ", "**Why.**", "**Wrong", "**Right"]) {
      expect(page).toContain(part);
    }
  });

  it("is in the list of pages, and no page is about a code that does not exist", () => {
    const pages = readdirSync(PAGES)
      .filter((file) => file !== "README.md")
      .map((file) => file.replace(/\.md$/, ""));
    expect(pages.sort()).toEqual([...CODES, ...WITHOUT_FIXTURE].sort());
    const index = readFileSync(new URL("README.md", PAGES), "utf8");
    for (const code of pages) expect(index).toContain(`[${code}](${code}.md)`);
  });

  it.each(CODES)("%s has documents that break it and documents that keep it", (code) => {
    expect(fixturesOf(code, "fail")).not.toEqual([]);
    expect(fixturesOf(code, "pass")).not.toEqual([]);
  });
});

const failing = CODES.flatMap((code) => fixturesOf(code, "fail").map((file) => [code, file]));
const passing = CODES.flatMap((code) => fixturesOf(code, "pass").map((file) => [code, file]));

describe("a document that breaks one rule", () => {
  it.each(failing)("%s/%s gets that issue alone, at its place", (code = "", file = "") => {
    const { text, known, expected } = readFixture(code, file);
    const { issues } = readPattern(text, { known });
    expect(issues.map((issue) => `${issue.code} ${issue.line}:${issue.column}`)).toEqual(
      expected.map((place) => `${code} ${place}`),
    );
    for (const issue of issues) {
      expect(issue.message).not.toBe("");
      expect(issue.hint).not.toBe("");
    }
  });

  it.each(failing)(
    "%s/%s is refused exactly when the issue is an error",
    (code = "", file = "") => {
      const { text, known } = readFixture(code, file);
      const { issues, accepted } = readPattern(text, { known });
      expect(accepted === undefined).toBe(issues.some(({ severity }) => severity === "error"));
    },
  );
});

describe("a document that keeps a rule", () => {
  it.each(passing)("%s/%s has no issue at all", (code = "", file = "") => {
    const { text, known } = readFixture(code, file);
    const { issues, accepted } = readPattern(text, { known });
    expect(issues).toEqual([]);
    expect(accepted).toBeDefined();
  });
});
