// The orchestrator's own events and matchers, beside Claude Code's names for the same moments.
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createBench, group, SETTINGS, toolEvent, type Bench } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

const task = (fields: object): object => ({
  hook_event_name: "TaskComplete",
  task_type: "implementation",
  ...fields,
});

async function hits(matcher: string, event: object): Promise<boolean> {
  const name = (event as { hook_event_name: string }).hook_event_name;
  bench.write(SETTINGS, group(name, ["true"], matcher));
  return (await bench.fire({ events: [event] })).report.matched.length > 0;
}

describe("matchers of task types and roles", () => {
  it("B1: type:implementation hits that type only, role:tester that role only, none hits all", async () => {
    expect(await hits("type:implementation", task({}))).toBe(true);
    expect(await hits("type:implementation", task({ task_type: "design" }))).toBe(false);
    expect(await hits("role:tester", task({ specialist: "tester" }))).toBe(true);
    expect(await hits("role:tester", task({ specialist: "implementer" }))).toBe(false);
    expect(await hits("", task({}))).toBe(true);
  });

  it.each([
    ["type:(bug|feature)", { task_type: "bug" }, true],
    ["type:impl.*", {}, true],
    ["implementation|feature", { task_type: "feature" }, true],
    ["type:test", { task_type: "testing" }, true],
    ["^type:test$", { task_type: "testing" }, false],
    ["type:design|role:tester", { specialist: "tester" }, true],
    ["Type:implementation", {}, false],
    ["type:implementation, role:tester", { specialist: "tester" }, false],
    ["status:failed", { status: "failed" }, true],
    ["name:Build it", { task_subject: "Build it" }, true],
    ["role:tester", { orchestrator: { specialist_role: "tester" } }, true],
  ])("%s against %j: %s", async (matcher, fields, expected) => {
    expect(await hits(matcher, task(fields))).toBe(expected);
  });

  it("a bare role hits on SpecialistComplete", async () => {
    expect(
      await hits("tester", { hook_event_name: "SpecialistComplete", specialist: "tester" }),
    ).toBe(true);
  });

  it("a foreign expression on PreToolUse cannot hit our tokens by accident", async () => {
    expect(await hits("impl.*", toolEvent({ task_type: "implementation" }))).toBe(false);
    expect(await hits("type:impl.*", toolEvent({ task_type: "implementation" }))).toBe(true);
  });

  it("B2: Edit|Write does not hit Editor; one server's tools by expression; empty and * hit all", async () => {
    expect(await hits("Edit|Write", toolEvent({ tool_name: "Editor" }))).toBe(false);
    expect(await hits("mcp__memory__.*", toolEvent({ tool_name: "mcp__memory__read" }))).toBe(true);
    expect(await hits("*", toolEvent())).toBe(true);
  });
});

describe("two names of one moment", () => {
  it("a handler under both runs once, under the name it was found by first", async () => {
    bench.write(SETTINGS, {
      hooks: {
        PreToolUse: [{ hooks: [{ type: "command", command: "cat" }] }],
        PreTaskExecute: [
          {
            hooks: [
              { type: "command", command: "cat" },
              { type: "command", command: "cat " },
            ],
          },
        ],
      },
    });
    const { report } = await bench.fire({ events: [toolEvent()] });
    const names = report.results.map(
      (result) => (JSON.parse(result.stdout) as { hook_event_name: string }).hook_event_name,
    );

    expect(report.matched).toHaveLength(3);
    expect(names).toEqual(["PreToolUse", "PreTaskExecute"]);
  });

  it("Stop does not run what is registered under TaskCompleted, but both run TaskComplete", async () => {
    bench.write(SETTINGS, {
      hooks: {
        TaskCompleted: [{ hooks: [{ type: "command", command: "echo completed" }] }],
        TaskComplete: [{ hooks: [{ type: "command", command: "echo complete" }] }],
      },
    });
    const { reports } = await bench.fire({
      events: [{ hook_event_name: "Stop" }, { hook_event_name: "TaskCompleted" }],
    });
    expect(reports.map((report) => report.results.map((result) => result.stdout.trim()))).toEqual([
      ["complete"],
      ["completed", "complete"],
    ]);
  });

  it("an answer may carry either name of the moment", async () => {
    const answer = {
      hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny" },
    };
    bench.write(
      SETTINGS,
      group("PreTaskExecute", [`cat >/dev/null; echo '${JSON.stringify(answer)}'`]),
    );
    expect((await bench.fire({ events: [toolEvent()] })).report.decision).toEqual({
      outcome: "deny",
    });
  });

  it("failClosed in the integration block lets a failing gate refuse", async () => {
    bench.write(SETTINGS, {
      integration: { failClosed: true },
      ...group("PreToolUse", ["exit 3"]),
    });
    expect((await bench.fire({ events: [toolEvent()] })).report.decision.outcome).toBe("deny");
  });
});
