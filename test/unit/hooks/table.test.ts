import { describe, expect, it } from "vitest";

import { buildHookTable, type Hook, type MatchablePlan } from "../../../src/hooks/index.ts";
import { makeHook } from "./make-hook.ts";

const PLAN = {
  roles: { tester: {}, implementer: {} },
  steps: [
    { id: "lint", tool: "Bash", body: { kind: "run" } },
    { id: "build", tool: "Bash", type: "implementation", body: { kind: "run" } },
    { id: "test", tool: "Agent", body: { kind: "agent", role: { lit: "tester" } } },
    { id: "any", tool: "Agent", body: { kind: "agent", role: { expr: "input.role" } } },
    {
      id: "outer",
      tool: "group",
      body: {
        kind: "group",
        scope: { steps: [{ id: "inner", tool: "mcp__memory__read", body: { kind: "call" } }] },
      },
    },
    {
      id: "choose",
      tool: "switch",
      body: {
        kind: "switch",
        cases: [{ scope: { steps: [{ id: "first", tool: "Bash", body: { kind: "run" } }] } }],
        default: { steps: [{ id: "other", tool: "Bash", body: { kind: "run" } }] },
      },
    },
  ],
} as const satisfies MatchablePlan;

function firing(...hooks: readonly Partial<Hook>[]): Readonly<Record<string, readonly string[]>> {
  const { table } = buildHookTable(
    PLAN,
    hooks.map((each) => makeHook(each)),
  );
  return Object.fromEntries(
    Object.entries(table.steps).map(([step, points]) => [
      step,
      Object.values(points)
        .flat()
        .map((number) => table.hooks[number]?.name ?? "?"),
    ]),
  );
}

describe("buildHookTable", () => {
  it("A12: runs 10, 50, 100 whatever the order of registration", () => {
    const { table } = buildHookTable(PLAN, [
      makeHook({ name: "c", priority: 100, match: { step: "lint" } }),
      makeHook({ name: "a", priority: 10, match: { step: "lint" } }),
      makeHook({ name: "b", priority: 50, match: { step: "lint" } }),
    ]);
    const order = table.steps["lint"]?.["step.before"]?.map((at) => table.hooks[at]?.name);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("keeps registration order among equal priorities", () => {
    expect(
      firing({ name: "b", match: { step: "lint" } }, { name: "a", match: { step: "lint" } }),
    ).toEqual({
      lint: ["b", "a"],
    });
  });

  it("A11: leaves out disabled hooks and points without hooks", () => {
    expect(firing({ enabled: false })).toEqual({});
    expect(buildHookTable(PLAN, []).table).toEqual({ format: 4, hooks: [], run: {}, steps: {} });
  });

  it("B1: a type fires for that type, a role for that role, no match for all", () => {
    expect(Object.keys(firing({ match: { type: "implementation" } }))).toEqual(["build"]);
    expect(Object.keys(firing({ match: { role: "tester" } }))).toEqual(["test", "any"]);
    expect(Object.keys(firing({}))).toHaveLength(9);
  });

  it("reaches nested steps and tests tools, kinds and ids by exact name, glob and regex", () => {
    expect(Object.keys(firing({ match: { tool: "mcp__memory__*" } }))).toEqual(["inner"]);
    expect(Object.keys(firing({ match: { kind: "group|switch" } }))).toEqual(["outer", "choose"]);
    expect(Object.keys(firing({ match: { step: "regex:^(first|other)$" } })).sort()).toEqual([
      "first",
      "other",
    ]);
    expect(Object.keys(firing({ match: { claude: "Task" }, alias: "PreToolUse" }))).toEqual([
      "test",
      "any",
    ]);
    expect(Object.keys(firing({ match: { claude: "mcp__memory" }, alias: "PreToolUse" }))).toEqual(
      [],
    );
  });

  it("leaves a matcher with look-around to the hook of its protocol, which tests it before it starts", () => {
    const match = { claude: "^(?!mcp__).*" };
    const { table, problems } = buildHookTable(PLAN, [
      makeHook({ name: "guard", match, alias: "PreToolUse", protocol: "claude" }),
      makeHook({ name: "other", match }),
    ]);
    expect(table.hooks).toMatchObject([{ name: "guard", match }]);
    expect(Object.keys(table.steps)).toHaveLength(9);
    expect(problems).toMatchObject([{ hook: "other" }]);
  });

  it("tests a matcher of that contract against tools at a point, and against types under the orchestrator's names", () => {
    expect(Object.keys(firing({ match: { claude: "Task" } }))).toEqual(["test", "any"]);
    expect(
      Object.keys(firing({ match: { claude: "implementation" }, alias: "PreTaskExecute" })),
    ).toEqual(["build"]);
    expect(
      Object.keys(firing({ match: { claude: "role:tester" }, alias: "PreTaskExecute" })),
    ).toEqual(["test", "any"]);
  });

  it("leaves to the workflow what only the run knows, and takes out what is settled", () => {
    const { table } = buildHookTable(PLAN, [
      makeHook({
        match: { tool: "Agent", role: "t*", status: "ok", fields: { a: 1 } },
        implied: { kind: "agent" },
      }),
    ]);
    expect(table.hooks[0]?.match).toEqual({ role: "tester", status: "ok", fields: { a: 1 } });
    expect(table.hooks[0]).not.toHaveProperty("implied");
  });

  it("lists what is not about a step under the run, with its match untouched", () => {
    const { table } = buildHookTable(PLAN, [
      makeHook({ on: "run.before" }),
      makeHook({ on: "event.afterEmit", match: { type: "order.*" } }),
      makeHook({ on: "custom:x", name: "x" }),
    ]);
    expect(table.run).toEqual({ "run.before": [0], "event.afterEmit": [1], "custom:x": [2] });
    expect(table.hooks[1]?.match).toEqual({ type: "order.*" });
    expect(table.steps).toEqual({});
  });

  it("C2: one name at one point is one hook; the same name at another point is another", () => {
    expect(
      firing(
        { name: "a", match: { step: "lint" } },
        { name: "a", match: { step: "lint" }, handler: { function: "other" } },
        { name: "a", on: "step.after", match: { step: "lint" } },
      ),
    ).toEqual({ lint: ["a", "a"] });
  });

  it("runs one handler once that was registered under two names of one point", () => {
    const handler = { command: ["guard"] };
    const match = { step: "lint" };
    expect(
      firing(
        { name: "a", alias: "PreToolUse", handler, match },
        { name: "b", alias: "PreTaskExecute", handler, match },
      ),
    ).toEqual({ lint: ["a"] });
    expect(firing({ name: "a", handler, match }, { name: "b", handler, match })).toEqual({
      lint: ["a", "b"],
    });
  });

  it("keeps one script of Claude Code's under two rules, and drops only what says the same twice", () => {
    const guard = (name: string, rule?: string): Partial<Hook> => ({
      name,
      alias: "PreToolUse",
      protocol: "claude",
      handler: { command: "./guard.sh" },
      match: { step: "lint" },
      metadata: { claude: rule === undefined ? {} : { if: rule } },
    });
    expect(
      firing(guard("git", "Bash(git *)"), guard("rm", "Bash(rm *)"), guard("again", "Bash(rm *)")),
    ).toEqual({ lint: ["git", "rm"] });
    expect(firing(guard("user"), guard("project"))).toEqual({ lint: ["user"] });
  });

  it("keeps one script of Claude Code's under two matchers that only the event can decide", () => {
    const answer = (name: string, claude: string): Hook =>
      makeHook({
        name,
        on: "approval.requested",
        alias: "PermissionRequest",
        protocol: "claude",
        handler: { command: "./answer.sh" },
        match: { claude },
      });
    const { table } = buildHookTable(PLAN, [
      answer("bash", "Bash"),
      answer("web", "WebFetch"),
      answer("copy", "Bash"),
    ]);
    expect(table.run["approval.requested"]?.map((at) => table.hooks[at]?.name)).toEqual([
      "bash",
      "web",
    ]);
  });

  it("D7: an override hides the global hooks for that role and that point only, but not managed ones", () => {
    const found = firing(
      { name: "managed", source: "managed" },
      { name: "global" },
      { name: "after", on: "step.after" },
      {
        name: "own",
        source: "role:tester",
        override: true,
        implied: { role: "tester" },
        priority: 500,
      },
    );
    expect(found["test"]).toEqual(["managed", "own", "after"]);
    expect(found["lint"]).toEqual(["managed", "global", "after"]);
  });

  it("reports what cannot match and keeps the rest", () => {
    const { table, problems } = buildHookTable(PLAN, [
      makeHook({ name: "broken", match: { tool: "regex:(" } }),
      makeHook({ name: "role", match: { role: "regex:[" } }),
      makeHook({ name: "late", match: { status: "regex:x" } }),
      makeHook({ name: "claude", match: { claude: "(" } }),
      makeHook({ name: "run", on: "run.before", match: { type: "regex:x" } }),
      makeHook({ name: "nowhere", on: "step.never" }),
      makeHook({ name: "good" }),
    ]);
    expect(table.hooks.map((hook) => hook.name)).toEqual(["good"]);
    expect(problems.map((problem) => problem.hook)).toEqual([
      "broken",
      "role",
      "late",
      "claude",
      "run",
      "nowhere",
    ]);
  });

  it("is quick for many steps and does not depend on how deep they are nested", () => {
    let scope: MatchablePlan["steps"] = [];
    for (let depth = 0; depth < 10_000; depth += 1)
      scope = [
        { id: `s${depth}`, tool: "group", body: { kind: "group", scope: { steps: scope } } },
      ];
    const hooks = Array.from({ length: 20 }, (_, at) =>
      makeHook({ name: `h${at}`, match: { step: `s${at}*` } }),
    );

    const { table } = buildHookTable({ roles: {}, steps: scope }, hooks);

    expect(Object.keys(table.steps)).toHaveLength(10_000);
  });
});
