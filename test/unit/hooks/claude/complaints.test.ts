// What users of Claude Code's hooks complain about most, each shown not to happen here. The numbers are those of the list.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createBench, group, permission, say, SETTINGS, toolEvent, type Bench } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

const STOP = { hook_event_name: "Stop", session_id: "s" };

async function fire(event: object, settings: object, env: Readonly<Record<string, string>> = {}) {
  bench.write(SETTINGS, settings);
  return bench.fire({ events: [event], env });
}

describe("a complaint that does not hold here", () => {
  it("1: a hook fires twice, because two files or two names of a moment carry it", async () => {
    const count = "echo x >> count";
    bench.write("home.json", group("PreToolUse", [count]));
    bench.write("project.json", {
      hooks: {
        PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: count }] }],
        PreTaskExecute: [{ hooks: [{ type: "command", command: count }] }],
      },
    });
    const { report } = await bench.fire({
      configs: ["home.json", "project.json", "home.json"],
      events: [toolEvent()],
    });

    expect(report.matched.length).toBeGreaterThan(1);
    expect(report.results).toHaveLength(1);
  });

  it("2: guards fail open unnoticed: a timeout is shown, and one switch makes every gate refuse", async () => {
    const slow = group("PreToolUse", [{ type: "command", command: "sleep 60", timeout: 0.1 }]);
    const open = await fire(toolEvent(), slow);
    expect(open.report).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "timeout" }],
    });
    expect(open.stderr).toContain("ran out of time");
    const closed = await fire(toolEvent(), { ...slow, integration: { failClosed: true } });
    expect(closed.report.decision.outcome).toBe("deny");
  });

  it("3: exit code 2 and deny are not respected", async () => {
    const both = [say(permission("allow"), 2), say(permission("allow"))];
    expect((await fire(toolEvent(), group("PreToolUse", both))).report.decision.outcome).toBe(
      "deny",
    );
  });

  it.each([
    ["a missing script", "python3 missing.py"],
    ["a missing script of a shell", "sh missing.sh"],
    ["a syntax error", "if then"],
    ["a program that is not there", "no-such-program"],
  ])("4: %s locks the user out: it is a failure, not a refusal", async (_, command) => {
    const { report } = await fire(toolEvent(), group("PreToolUse", [command]));
    expect(report).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "error" }],
    });
    const handler = { type: "command", command, onFailure: "block" };
    const guarded = await fire(toolEvent(), group("PreToolUse", [handler]));
    expect(guarded.report.decision.outcome).toBe("deny");
  });

  it("5: hooks silently do not fire: what is dropped is told with its line, and the rest fires", async () => {
    const fired = await fire(toolEvent(), {
      hooks: {
        PreToolUze: [{ hooks: [{ type: "command", command: "true" }] }],
        PreToolUse: [
          { type: "command", command: "true" },
          { hooks: [{ type: "command", command: "echo fired" }] },
        ],
      },
    });

    expect(fired.report.results).toMatchObject([{ stdout: "fired\n" }]);
    expect(fired.stderr).toMatch(/settings\.json:3: warning: .*PreToolUze/);
    expect(fired.stderr).toMatch(/settings\.json:\d+: warning: A handler stands where a group/);
  });

  it("6: hooks are not applied inside subagents", async () => {
    const inside = toolEvent({ agent_id: "a1", agent_type: "reviewer" });
    const { report } = await fire(inside, group("PreToolUse", ["grep -o reviewer"]));

    expect(report.results[0]?.stdout).toContain("reviewer");
  });

  it("7: the order of rewrites is a race: the last in configured order stands, with a warning", async () => {
    const rewrite = (command: string, delay: string) =>
      `sleep ${delay}; ${say(permission("allow", { updatedInput: { command } }))}`;
    const { report, stderr } = await fire(
      toolEvent(),
      group("PreToolUse", [rewrite("slow", "0.3"), rewrite("last", "0")]),
    );

    expect(report.decision.input).toEqual({ command: "last" });
    expect(stderr).toContain("several hooks rewrote the input");
  });

  it("8: a stop hook loops for ever", async () => {
    bench.write(SETTINGS, group("Stop", ["echo again >&2; exit 2"]));
    const { reports } = await bench.fire({ events: Array.from({ length: 9 }, () => STOP) });

    expect(reports.map((report) => report.decision.outcome)).toEqual([
      ...Array.from({ length: 8 }, () => "block"),
      "none",
    ]);
  });

  it("9: a grandchild that holds stdout, or ignores its end, hangs the session", async () => {
    const held = await fire(toolEvent(), group("PreToolUse", ["sleep 600 & echo done"]));
    expect(held.report.results).toMatchObject([{ exitCode: 0, stdout: "done\n" }]);
    const handler = { type: "command", command: "trap '' TERM; sleep 600", timeout: 0.1 };
    const stubborn = await fire(toolEvent(), group("PreToolUse", [handler]));
    expect(stubborn.report.results[0]?.outcome).toBe("timeout");
  });

  it("11: a missing jq makes a guard allow everything, and nobody hears of it", async () => {
    const guard = `[ "$(no-such-jq .tool_input)" = bad ] && exit 2; exit 0`;
    const { stderr } = await fire(toolEvent(), group("PreToolUse", [guard]));

    expect(stderr).toMatch(/ended well although it said: .*no-such-jq: command not found/);
  });

  it("12: commands written for bash break under another shell", async () => {
    const bashism = `[[ a == a ]] && echo '{"systemMessage":"x\\ny"}'`;
    const { report } = await fire(toolEvent(), group("PreToolUse", [bashism]));

    expect(report.results).toMatchObject([{ exitCode: 0, outcome: "none" }]);
  });

  it("13: ask overrides deny, and nobody knows who decided", async () => {
    const all = ["allow", "ask", "deny"].map((each) => say(permission(each)));
    const { report } = await fire(toolEvent(), group("PreToolUse", all));

    expect(report.decision).toMatchObject({ outcome: "deny", reason: "because deny" });
    expect(report.results.map(({ outcome }) => outcome)).toEqual(["allow", "ask", "deny"]);
  });

  it("15: matchers and variables surprise: the look-alikes hit nothing by accident", async () => {
    const matchers = ["mcp__memory", "Bash(git*)", "edit"];
    for (const matcher of matchers) {
      const event = toolEvent({ tool_name: "mcp__memory__get" });
      const { report } = await fire(event, group("PreToolUse", ["true"], matcher));
      expect(report.matched).toEqual([]);
    }
  });

  it("also: context of several hooks is dropped; a single hook cannot be switched off", async () => {
    const context = (text: string) => say(permission("allow", { additionalContext: text }));
    const off = { type: "command", command: "touch ran", enabled: false };
    const { report } = await fire(
      toolEvent(),
      group("PreToolUse", [context("one"), off, context("two")]),
    );

    expect(report.decision.context).toBe("one\ntwo");
    expect(existsSync(join(bench.dir, "ran"))).toBe(false);
  });
});
