import { expect, it } from "vitest";

import { createToolSecurity, type SecurityRules } from "../../../src/hooks/index.ts";
import { planOf } from "../../support/documents.ts";

const rulesOf = (rules: Partial<SecurityRules>): SecurityRules => ({
  levels: {},
  default: "safe",
  allowed: "privileged",
  patterns: {},
  ...rules,
});

const refusedBy = (rules: Partial<SecurityRules>, steps: Parameters<typeof planOf>[0]["steps"]) =>
  createToolSecurity(rulesOf(rules))(planOf({ name: "deploy-web", steps }));

const WORK = { shell: { run: ["true"] }, drop: { call: "mcp__prod__drop" } };
const LEVELS = { Bash: "restricted", "mcp__prod__*": "privileged" } as const;

it.each([
  ["safe", ["drop", "shell"]],
  ["restricted", ["drop"]],
  ["privileged", []],
] as const)("C24: safe < restricted < privileged: %s lets pass all but %j", (allowed, refused) => {
  const found = refusedBy({ levels: LEVELS, allowed }, WORK) ?? {};

  expect(Object.keys(found).sort()).toEqual(refused);
});

it("C24: a refusal tells tool and levels, and no value of the step", () => {
  expect(refusedBy({ levels: LEVELS, allowed: "safe" }, { shell: { run: "echo secret" } })).toEqual(
    {
      shell: { tool: "Bash", level: "restricted", allowed: "safe" },
    },
  );
});

it("C24: of the levels that match a tool the highest counts, and others have the default", () => {
  const levels = { "*__drop": "safe", "regex:^mcp__prod": "privileged" } as const;

  expect(Object.keys(refusedBy({ levels, allowed: "restricted" }, WORK) ?? {})).toEqual(["drop"]);
  expect(
    Object.keys(
      refusedBy({ levels: { Bash: "safe" }, default: "privileged", allowed: "safe" }, WORK) ?? {},
    ),
  ).toEqual(["drop"]);
});

it("C24: a pattern may be allowed more or less than others; the lowest of what matches counts", () => {
  const ask = (patterns: SecurityRules["patterns"]) =>
    refusedBy({ levels: LEVELS, allowed: "restricted", patterns }, WORK);

  expect(ask({ "deploy-*": "privileged" })).toBeUndefined();
  expect(Object.keys(ask({ "deploy-*": "privileged", "*-web": "safe" }) ?? {}).sort()).toEqual([
    "drop",
    "shell",
  ]);
  expect(Object.keys(ask({ "build-*": "safe" }) ?? {})).toEqual(["drop"]);
});

it("C24: counts what a step falls back to or is undone by, and looks into nested scopes", () => {
  const steps = {
    falls: { wait: "1s", fallback: { call: "mcp__prod__drop" } },
    undone: { wait: "1s", compensate: { call: "mcp__prod__drop" } },
    outer: { group: { steps: { inner: { call: "mcp__prod__drop" } } } },
  };

  const refused = refusedBy({ levels: LEVELS, allowed: "restricted" }, steps) ?? {};

  expect(Object.keys(refused).sort()).toEqual(["falls", "inner", "undone"]);
});

it("C24: a matcher that cannot be used stops the worker from starting, and is named", () => {
  expect(() => createToolSecurity(rulesOf({ levels: { "regex:(?=x)": "safe" } }))).toThrow(
    /security\.levels: .*\(\?=x\)/,
  );
});
