// The contract of Claude Code's hooks, assertion by assertion, with real configurations and real processes.
import { existsSync, readFileSync } from "node:fs";
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

/** The tools among the given ones that a matcher hits. */
async function hits(
  matcher: string,
  tools: readonly string[],
  event = "PreToolUse",
): Promise<string[]> {
  bench.write(SETTINGS, group(event, ["true"], matcher));
  const { reports } = await bench.fire({
    events: tools.map((tool_name) => toolEvent({ hook_event_name: event, tool_name })),
  });
  return tools.filter((_, at) => (reports[at]?.matched.length ?? 0) > 0);
}

async function decide(event: object, ...handlers: readonly (string | object)[]) {
  const name = (event as { hook_event_name: string }).hook_event_name;
  bench.write(SETTINGS, group(name, handlers));
  return (await bench.fire({ events: [event] })).report;
}

const STOP = { hook_event_name: "Stop", session_id: "s", stop_hook_active: false };

describe("matchers", () => {
  it("CC1: Edit|Write hits Edit and Write, not MultiEdit or NotebookEdit; edit does not hit Edit", async () => {
    expect(await hits("Edit|Write", ["Edit", "Write", "MultiEdit", "NotebookEdit"])).toEqual([
      "Edit",
      "Write",
    ]);
    expect(await hits("edit", ["Edit"])).toEqual([]);
  });

  it("CC2: a list with commas and blanks is the same", async () => {
    expect(await hits("Edit, Write", ["Edit", "Write", "MultiEdit"])).toEqual(["Edit", "Write"]);
  });

  it("CC3: Edit.* is searched anywhere, so it hits NotebookEdit too", async () => {
    expect(await hits("Edit.*", ["Edit", "NotebookEdit", "Write"])).toEqual([
      "Edit",
      "NotebookEdit",
    ]);
  });

  it("CC4: mcp__memory is an exact name and hits nothing; mcp__memory__.* hits its tools", async () => {
    expect(await hits("mcp__memory", ["mcp__memory__x"])).toEqual([]);
    expect(await hits("mcp__memory__.*", ["mcp__memory__x", "mcp__other__x"])).toEqual([
      "mcp__memory__x",
    ]);
  });

  it("CC5: a hyphen is a plain character: code-reviewer does not hit senior-code-reviewer", async () => {
    bench.write(SETTINGS, group("SubagentStart", ["true"], "code-reviewer"));
    const { reports } = await bench.fire({
      events: ["code-reviewer", "senior-code-reviewer"].map((agent_type) => ({
        hook_event_name: "SubagentStart",
        agent_type,
      })),
    });
    expect(reports.map((report) => report.matched.length)).toEqual([1, 0]);
  });

  it("CC6: an invalid regular expression is reported, crashes nothing and hits nothing", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["true"], "("));
    const { report, stderr } = await bench.fire({ events: [toolEvent()] });
    expect(report.matched).toEqual([]);
    expect(stderr).toContain('the matcher "(" cannot be used');
  });

  it("CC6: a regular expression that backtracks for ever is stopped, reported, and hits nothing", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["true"], "^(a+)+$"));
    const { report, stderr } = await bench.fire({
      events: [toolEvent({ tool_name: `${"a".repeat(60)}b` })],
    });
    expect(report.matched).toEqual([]);
    expect(stderr).toContain("backtracks for too long");
  });

  it("CC7: a matcher on Stop is ignored", async () => {
    bench.write(SETTINGS, group("Stop", ["true"], "Nothing"));
    expect((await bench.fire({ events: [STOP] })).report.matched).toHaveLength(1);
  });

  it("FileChanged has the older set of plain characters, and tests the file's name", async () => {
    bench.write(SETTINGS, group("FileChanged", ["true"], ".env, .envrc"));
    const event = { hook_event_name: "FileChanged", file_path: "/w/.envrc", event: "change" };
    expect((await bench.fire({ events: [event] })).report.matched).toEqual([]);
    bench.write(SETTINGS, group("FileChanged", ["true"], "\\.envrc|package"));
    expect((await bench.fire({ events: [event] })).report.matched).toHaveLength(1);
  });

  it("Task hits a dispatch of an agent, which is called Agent now", async () => {
    expect(await hits("Task", ["Agent", "Bash"])).toEqual(["Agent"]);
  });
});

describe("configurations", () => {
  it("CC8: an unknown event name is skipped with a warning and the rest loads", async () => {
    bench.write(SETTINGS, {
      hooks: {
        PreToolUze: [{ hooks: [] }],
        PreToolUse: [{ hooks: [{ type: "command", command: "true" }] }],
      },
    });
    const { report, stderr } = await bench.fire({ events: [toolEvent()] });
    expect(report.matched).toHaveLength(1);
    expect(stderr).toContain('.claude/settings.json:3: warning: Unknown event "PreToolUze"');
  });

  it("CC9: malformed groups are skipped and the rest loads", async () => {
    bench.write(SETTINGS, {
      hooks: {
        PreToolUse: [
          { type: "command", command: "false" },
          "text",
          { hooks: "text" },
          { matcher: 1, hooks: [] },
          {
            hooks: [
              { type: "command" },
              { type: "nonsense" },
              { type: "command", command: "true" },
            ],
          },
        ],
        Stop: {},
      },
    });
    const { report, stderr } = await bench.fire({ events: [toolEvent()] });
    expect(report.matched.map((each) => each.handler)).toEqual(["true"]);
    expect(stderr.match(/skipped/g)).toHaveLength(6);
  });

  it("CC10: unknown keys are tolerated", async () => {
    bench.write(SETTINGS, {
      permissions: {},
      hooks: {
        PreToolUse: [
          {
            id: "x",
            description: "y",
            hooks: [{ type: "command", command: "true", rewakeMessage: "m", rewakeSummary: "s" }],
          },
        ],
      },
    });
    expect((await bench.fire({ events: [toolEvent()] })).report.results).toHaveLength(1);
  });

  it("CC20: one command in two settings files is one process; in settings and a plugin it is two", async () => {
    bench.write("a.json", group("PreToolUse", ["echo a"]));
    bench.write("b.json", group("PreToolUse", ["echo a"], "Bash"));
    bench.write("plug/hooks/hooks.json", group("PreToolUse", ["echo a"]));

    const settings = await bench.fire({ configs: ["a.json", "b.json"], events: [toolEvent()] });
    const plugin = await bench.fire({
      configs: ["a.json", "plug/hooks/hooks.json"],
      events: [toolEvent()],
    });

    expect(settings.report.results).toHaveLength(1);
    expect(settings.report.matched).toHaveLength(2);
    expect(plugin.report.results).toHaveLength(2);
  });

  it("B10: one corrupt file does not lose the other", async () => {
    bench.write("a.json", '{"hooks": {');
    bench.write("b.json", group("PreToolUse", ["true"]));
    const { report, stderr } = await bench.fire({
      configs: ["a.json", "b.json"],
      events: [toolEvent()],
    });
    expect(report.matched).toHaveLength(1);
    expect(stderr).toContain("a.json:1: not JSON, its hooks are off");
  });

  it("disableAllHooks switches everything off but what the organisation manages", async () => {
    bench.write("managed-settings.json", group("PreToolUse", ["echo managed"]));
    bench.write("a.json", { disableAllHooks: true, ...group("PreToolUse", ["echo a"]) });
    const configs = ["a.json", "managed-settings.json"];
    expect((await bench.fire({ configs, events: [toolEvent()] })).report.results).toMatchObject([
      { stdout: "managed\n" },
    ]);

    bench.write("managed-settings.json", { disableAllHooks: true });
    expect((await bench.fire({ configs, events: [toolEvent()] })).report.results).toEqual([]);
  });

  it("what the organisation says of disableAllHooks counts above what a project says", async () => {
    bench.write("managed-settings.json", { disableAllHooks: false });
    bench.write("a.json", { disableAllHooks: true, ...group("PreToolUse", ["echo a"]) });
    const { report } = await bench.fire({
      configs: ["managed-settings.json", "a.json"],
      events: [toolEvent()],
    });
    expect(report.results).toMatchObject([{ stdout: "a\n" }]);
  });

  it("a key that stands twice is told, since JSON drops the first one with its guards", async () => {
    bench.write(
      "a.json",
      '{ "hooks": {\n "PreToolUse": [{ "hooks": [{ "type": "command", "command": "exit 2" }] }],\n "PreToolUse": []\n} }',
    );
    const { stderr } = await bench.fire({ configs: ["a.json"], events: [toolEvent()] });
    expect(stderr).toContain("a.json:3: error: This key stands in its object for the second time");
  });

  it("a project folder that is not there is refused before any hook fails to start in it", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["exit 2"]));
    await expect(
      bench.fire({ events: [toolEvent()], cwd: join(bench.dir, "nowhere") }),
    ).rejects.toMatchObject({ code: "FOLDER_UNREADABLE" });
  });

  it("allowManagedHooksOnly counts only where the organisation writes it, even malformed", async () => {
    bench.write("managed-settings.json", {
      allowManagedHooksOnly: "yes",
      ...group("PreToolUse", ["true"]),
    });
    bench.write("a.json", { allowManagedHooksOnly: true, ...group("PreToolUse", ["echo a"]) });
    const both = await bench.fire({
      configs: ["a.json", "managed-settings.json"],
      events: [toolEvent()],
    });
    const alone = await bench.fire({ configs: ["a.json"], events: [toolEvent()] });
    expect(both.report.results).toMatchObject([{ handler: "true" }]);
    expect(alone.report.results).toHaveLength(1);
  });
});

describe("exit codes and output", () => {
  it("CC11: exit code 2 refuses even with an allow on stdout", async () => {
    const { decision, results } = await decide(
      toolEvent(),
      `cat >/dev/null; echo no >&2; printf '%s' '${JSON.stringify(permission("allow"))}'; exit 2`,
    );
    expect(decision).toEqual({ outcome: "deny", reason: "no" });
    expect(results).toMatchObject([{ exitCode: 2, outcome: "deny", stderr: "no\n" }]);
  });

  it("CC12: a deny on stdout counts with exit code 1", async () => {
    const { decision } = await decide(toolEvent(), say(permission("deny"), 1));
    expect(decision).toEqual({ outcome: "deny", reason: "because deny" });
  });

  it("CC13: exit code 1 with plain text proceeds, with one error noted", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["echo text; echo oops >&2; exit 1"]));
    const { report, stderr } = await bench.fire({ events: [toolEvent()] });
    expect(report.decision).toEqual({ outcome: "none" });
    expect(report.results).toMatchObject([{ outcome: "error", exitCode: 1 }]);
    expect(stderr.match(/hook error: oops/g)).toHaveLength(1);
  });

  it("CC14: exit code 2 with JSON of wrong types refuses with stderr as the reason", async () => {
    const { decision } = await decide(toolEvent(), `echo why >&2; ${say({ continue: "yes" }, 2)}`);
    expect(decision).toEqual({ outcome: "deny", reason: "why" });
  });

  it("CC15: a list or a quoted string on stdout is plain text", async () => {
    const start = { hook_event_name: "SessionStart", source: "startup" };
    expect((await decide(start, "printf '[1]'")).decision).toEqual({
      outcome: "none",
      context: "[1]",
    });
    expect((await decide(start, `printf '"x"'`)).decision).toEqual({
      outcome: "none",
      context: '"x"',
    });
    expect((await decide(start, "printf '{half'")).decision).toEqual({
      outcome: "none",
      context: "{half",
    });
  });

  it("CC16: plain text is context on SessionStart and not on PreToolUse", async () => {
    expect((await decide(toolEvent(), "echo hello")).decision).toEqual({ outcome: "none" });
    expect(
      (await decide({ hook_event_name: "SessionStart", source: "startup" }, "echo hello")).decision,
    ).toEqual({ outcome: "none", context: "hello" });
  });

  it("CC17: hookSpecificOutput under another event's name is ignored", async () => {
    const answer = permission("deny", { hookEventName: "PostToolUse" });
    expect((await decide(toolEvent(), say(answer))).decision).toEqual({ outcome: "none" });
  });

  it("CC18: an empty object decides nothing", async () => {
    expect((await decide(toolEvent(), say({}))).decision).toEqual({ outcome: "none" });
  });

  it("JSON that is none is an error that decides nothing", async () => {
    const { decision, results } = await decide(toolEvent(), "echo '{not json}'");
    expect(decision).toEqual({ outcome: "none" });
    expect(results).toMatchObject([{ outcome: "error" }]);
  });

  it("the reason of a blocking JSON decision goes before stderr", async () => {
    const command = `echo stderr >&2; ${say({ decision: "block", reason: "from json" }, 2)}`;
    expect((await decide(toolEvent(), command)).decision).toEqual({
      outcome: "deny",
      reason: "from json",
    });
    expect((await decide(STOP, command)).decision).toEqual({
      outcome: "block",
      reason: "from json",
    });
  });

  it("a refusal without a word says so", async () => {
    expect((await decide(toolEvent(), "exit 2")).decision.reason).toContain("No reason given");
  });

  it("CC21: a hook that runs out of time lets the call proceed, and refuses with onFailure block", async () => {
    const slow = { type: "command", command: "sleep 60", timeout: 0.2 };
    const open = await decide(toolEvent(), slow);
    const closed = await decide(toolEvent(), { ...slow, onFailure: "block" });

    expect(open).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "timeout", exitCode: null }],
    });
    expect(closed.decision.outcome).toBe("deny");
  });

  it("a model switch is refused by a timeout, whatever onFailure says", async () => {
    const { decision } = await decide(
      { hook_event_name: "PreModelSwitch", to_model: "m" },
      { type: "command", command: "sleep 60", timeout: 0.2 },
    );
    expect(decision.outcome).toBe("block");
  });

  it("CC22: a command that does not exist lets the call proceed, and refuses with onFailure block", async () => {
    const missing = { type: "command", command: "no-such-program-anywhere" };
    const open = await decide(toolEvent(), missing);
    const closed = await decide(toolEvent(), { ...missing, onFailure: "block" });

    expect(open).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "error", exitCode: 127 }],
    });
    expect(closed.decision.outcome).toBe("deny");
  });

  it("onFailure block takes an allow back from a hook that ended badly, and spares stop events", async () => {
    const failing = { type: "command", command: say(permission("allow"), 3), onFailure: "block" };
    expect((await decide(toolEvent(), failing)).decision.outcome).toBe("deny");
    expect(
      (await decide(STOP, { type: "command", command: "exit 3", onFailure: "block" })).decision,
    ).toEqual({
      outcome: "none",
    });
    const request = toolEvent({ hook_event_name: "PermissionRequest" });
    expect((await decide(request, { ...failing, command: "exit 3" })).decision.outcome).toBe(
      "deny",
    );
  });

  it("a missing script does not hold a session: exit code 2 of its interpreter is no refusal on Stop", async () => {
    expect((await decide(STOP, "sh missing-script.sh")).decision).toEqual({ outcome: "none" });
    expect((await decide(STOP, "echo \"can't open file 'x.py'\" >&2; exit 2")).decision).toEqual({
      outcome: "none",
    });
  });

  it("CC23: if on Stop means that the hook never runs", async () => {
    const report = await decide(STOP, { type: "command", command: "true", if: "Bash(git *)" });
    expect(report.matched).toEqual([]);
  });

  it("CC24: args, even empty, mean the exec form without a shell", async () => {
    bench.write("hook.sh", '#!/bin/sh\nprintf \'<%s>\' "$0" "$@"\n');
    const { results } = await decide(
      toolEvent(),
      { type: "command", command: "${CLAUDE_PROJECT_DIR}/hook.sh", args: [] },
      {
        type: "command",
        command: "./hook.sh",
        args: ["a b", "$HOME", "${CLAUDE_PROJECT_DIR}", "${user_config.key}"],
      },
      { type: "command", command: "echo $HOME", args: [] },
    );
    expect(results[0]?.stdout).toBe(`<${bench.dir}/hook.sh>`);
    expect(results[1]?.stdout).toBe(`<./hook.sh><a b><$HOME><${bench.dir}><>`);
    expect(results[2]).toMatchObject({ exitCode: null, outcome: "error" });
  });

  it("CC25: an async hook's deny is ignored, and it is waited for", async () => {
    const marker = join(bench.dir, "done");
    const { decision, results } = await decide(toolEvent(), {
      type: "command",
      command: `${say(permission("deny")).replace("; exit 0", "")}; touch ${marker}`,
      async: true,
    });
    expect(decision).toEqual({ outcome: "none" });
    expect(results).toMatchObject([{ outcome: "none", exitCode: 0 }]);
    expect(existsSync(marker)).toBe(true);
  });

  it("CC26: exit code 2 on PermissionRequest is not honoured, its JSON decision is", async () => {
    const request = toolEvent({ hook_event_name: "PermissionRequest" });
    expect((await decide(request, "echo no >&2; exit 2")).decision).toEqual({ outcome: "none" });
    const answer = {
      hookSpecificOutput: {
        hookEventName: "PermissionRequest",
        decision: { behavior: "allow", updatedInput: { command: "ls -a" } },
      },
    };
    expect((await decide(request, say(answer))).decision).toEqual({
      outcome: "allow",
      input: { command: "ls -a" },
    });
  });

  it("CC27: exit code 2 on TaskCompleted keeps the task open", async () => {
    const { decision } = await decide(
      { hook_event_name: "TaskCompleted", task_id: "1", task_subject: "x" },
      "echo 'tests fail' >&2; exit 2",
    );
    expect(decision).toEqual({ outcome: "block", reason: "tests fail" });
  });

  it("CC28: after eight refusals in a row the ninth stop happens anyway", async () => {
    bench.write(SETTINGS, group("Stop", ["cat; echo more >&2; exit 2"]));
    const { reports, stderr } = await bench.fire({
      events: Array.from({ length: 10 }, () => STOP),
    });

    const outcomes = reports.map((report) => report.decision.outcome);
    expect(outcomes).toEqual([...Array.from({ length: 8 }, () => "block"), "none", "block"]);
    expect(stderr).toContain("refused to stop 8 times in a row");
    const active = reports.map(
      (report) =>
        (JSON.parse(report.results[0]?.stdout ?? "{}") as { stop_hook_active: boolean })
          .stop_hook_active,
    );
    expect(active.slice(0, 3)).toEqual([false, true, true]);
  });

  it("B6: a stop hook that looks at stop_hook_active ends its own loop", async () => {
    bench.write(SETTINGS, group("Stop", ["grep -q '\"stop_hook_active\":true' && exit 0; exit 2"]));
    const { reports } = await bench.fire({ events: [STOP, STOP, STOP] });
    expect(reports.map((report) => report.decision.outcome)).toEqual(["block", "none", "block"]);
  });

  it("CC29: a worktree is not made by exit code 1, nor by silence; the last line is its path", async () => {
    const create = { hook_event_name: "WorktreeCreate", name: "w" };
    expect((await decide(create, "echo bad >&2; exit 1")).decision).toEqual({
      outcome: "block",
      reason: "bad",
    });
    expect((await decide(create, "true")).decision.outcome).toBe("block");
    expect((await decide(create, "echo progress; echo /checkouts/w; echo")).decision).toEqual({
      outcome: "none",
      context: "/checkouts/w",
    });
  });

  it("CC30: context of 10,001 characters is spilled to a file, with a preview", async () => {
    const start = { hook_event_name: "SessionStart", source: "startup" };
    const short = await decide(start, "head -c 10000 /dev/zero | tr '\\0' x");
    const long = await decide(start, "head -c 10001 /dev/zero | tr '\\0' x");

    expect(short.decision.context).toHaveLength(10_000);
    const context = long.decision.context ?? "";
    expect(context.length).toBeLessThan(3000);
    const path = /in (\S+)/.exec(context)?.[1] ?? "";
    expect(readFileSync(path, "utf8")).toHaveLength(10_001);
  });

  it("CC31: stdin is closed after the JSON", async () => {
    const { results } = await decide(toolEvent(), "cat; echo read");
    const [json = "", rest] = (results[0]?.stdout ?? "").split("\n");
    expect(JSON.parse(json)).toMatchObject({ hook_event_name: "PreToolUse", tool_name: "Bash" });
    expect(rest).toBe("read");
  });

  it("CC32: a grandchild that keeps stdout open does not hold the result", async () => {
    const { results } = await decide(toolEvent(), "sleep 3600 & echo first");
    expect(results).toMatchObject([{ exitCode: 0, stdout: "first\n" }]);
  });

  it("CC33: continue false beats a decision", async () => {
    const { decision } = await decide(
      STOP,
      say({ continue: false, stopReason: "enough", decision: "block", reason: "go on" }),
    );
    expect(decision).toEqual({ outcome: "none", stop: { reason: "enough" } });
  });

  it("B4: continue false beside an approval stops the run", async () => {
    const { decision } = await decide(
      toolEvent(),
      say({ continue: false, stopReason: "s", decision: "approve" }),
      say(permission("allow")),
    );
    expect(decision).toEqual({ outcome: "none", stop: { reason: "s" } });
  });

  it("events that drop continue false drop it", async () => {
    const stopping = say({ continue: false });
    expect(
      (await decide({ hook_event_name: "SessionEnd", reason: "other" }, stopping)).decision,
    ).toEqual({ outcome: "none" });
    expect(
      (await decide({ hook_event_name: "TaskCreated", task_id: "1" }, stopping)).decision,
    ).toEqual({ outcome: "none" });
    expect(
      (await decide({ hook_event_name: "TaskCompleted", task_id: "1" }, stopping)).decision,
    ).toHaveProperty("stop");
  });

  it("CC34: updatedInput replaces the input, it never merges", async () => {
    const { decision } = await decide(
      toolEvent(),
      say(permission("allow", { updatedInput: { command: "ls -a" } })),
    );
    expect(decision).toEqual({
      outcome: "allow",
      reason: "because allow",
      input: { command: "ls -a" },
    });
  });

  it("CC35: OTEL_* is absent from a hook's environment; the rest of the caller's is there", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["env"]));
    const { report } = await bench.fire({
      events: [toolEvent()],
      env: { OTEL_EXPORTER: "x", MINE: "kept", CLAUDE_ENV_FILE: "/e" },
    });
    const lines = (report.results[0]?.stdout ?? "").split("\n");
    expect(lines).toEqual(expect.arrayContaining(["MINE=kept", `CLAUDE_PROJECT_DIR=${bench.dir}`]));
    expect(lines.filter((line) => /^(?:OTEL_|CLAUDE_ENV_FILE|CLAUDECODE)/.test(line))).toEqual([]);
  });
});

describe("several hooks", () => {
  const asked = (decision: string): string => say(permission(decision));

  it("CC19: deny beats defer beats ask beats allow", async () => {
    expect(
      (await decide(toolEvent(), asked("deny"), asked("ask"), asked("allow"))).decision.outcome,
    ).toBe("deny");
    expect((await decide(toolEvent(), asked("defer"), asked("ask"))).decision.outcome).toBe(
      "defer",
    );
    expect((await decide(toolEvent(), asked("ask"), asked("allow"))).decision.outcome).toBe("ask");
  });

  it("each gets the original input, the last rewrite in configured order stands, all context is kept", async () => {
    const rewrite = (command: string, delay = ""): string =>
      `${delay}${say({
        hookSpecificOutput: {
          hookEventName: "PreToolUse",
          updatedInput: { command },
          additionalContext: `said ${command}`,
        },
      })}`;
    bench.write(
      SETTINGS,
      group("PreToolUse", [rewrite("first", "sleep 0.3; "), rewrite("second")]),
    );
    const { report, stderr } = await bench.fire({ events: [toolEvent()] });

    expect(report.decision).toEqual({
      outcome: "none",
      input: { command: "second" },
      context: "said first\nsaid second",
    });
    expect(stderr).toContain("several hooks rewrote the input");
  });

  it("a sequential group hands each rewrite on", async () => {
    const append = `node -e 'const e=JSON.parse(require("fs").readFileSync(0));console.log(JSON.stringify({hookSpecificOutput:{hookEventName:"PreToolUse",updatedInput:{command:e.tool_input.command+"+"}}}))'`;
    bench.write(SETTINGS, {
      hooks: {
        PreToolUse: [
          {
            sequential: true,
            hooks: [
              { type: "command", command: append },
              { type: "command", command: `${append} ` },
            ],
          },
        ],
      },
    });
    const { report } = await bench.fire({ events: [toolEvent()] });
    expect(report.decision.input).toEqual({ command: "ls++" });
  });
});

describe("the environment", () => {
  it("hands a caller's CLAUDE_ENV_FILE on to its four events and to no other", async () => {
    const file = bench.write("env.sh", "");
    bench.write(SETTINGS, {
      hooks: {
        SessionStart: [
          { hooks: [{ type: "command", command: 'echo "export A=1" >> "$CLAUDE_ENV_FILE"' }] },
        ],
        CwdChanged: [
          { hooks: [{ type: "command", command: 'echo "export B=1" >> "$CLAUDE_ENV_FILE"' }] },
        ],
        PreToolUse: [{ hooks: [{ type: "command", command: 'echo "<$CLAUDE_ENV_FILE>"' }] }],
      },
    });
    const { reports } = await bench.fire({
      events: [
        { hook_event_name: "SessionStart", source: "startup" },
        { hook_event_name: "CwdChanged" },
        toolEvent(),
      ],
      env: { CLAUDE_ENV_FILE: file },
    });
    expect(readFileSync(file, "utf8")).toBe("export A=1\nexport B=1\n");
    expect(reports[2]?.results[0]?.stdout).toBe("<>\n");
  });

  it("gives a plugin its root, in both forms, and a folder for its data", async () => {
    bench.write(
      "plug in/hooks/run.sh",
      '#!/bin/sh\necho "$CLAUDE_PLUGIN_ROOT"; test -d "$CLAUDE_PLUGIN_DATA" && echo data\n',
    );
    bench.write(
      "plug in/hooks/hooks.json",
      group("PreToolUse", [
        '"${CLAUDE_PLUGIN_ROOT:-.}"/hooks/run.sh',
        { type: "command", command: "${CLAUDE_PLUGIN_ROOT}/hooks/run.sh", args: [] },
      ]),
    );
    const { report } = await bench.fire({
      configs: ["plug in/hooks/hooks.json"],
      events: [toolEvent()],
    });
    const expected = `${join(bench.dir, "plug in")}\ndata\n`;
    expect(report.results.map((result) => result.stdout)).toEqual([expected, expected]);
  });

  it("runs in the event's folder, or in the project's when that one is gone", async () => {
    bench.write("sub/file", "");
    bench.write(SETTINGS, group("PreToolUse", ["pwd"]));
    const { reports } = await bench.fire({
      events: [toolEvent({ cwd: join(bench.dir, "sub") }), toolEvent({ cwd: "/no/such/folder" })],
    });
    expect(reports.map((report) => report.results[0]?.stdout.trim())).toEqual([
      join(bench.dir, "sub"),
      bench.dir,
    ]);
  });

  it("takes credentials away where the scrub is switched on", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["env"]));
    const { report } = await bench.fire({
      events: [toolEvent()],
      env: {
        CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: "1",
        ANTHROPIC_API_KEY: "k",
        AWS_SECRET_ACCESS_KEY: "k",
      },
    });
    expect(report.results[0]?.stdout).not.toMatch(/ANTHROPIC|AWS_/);
  });

  it("B12: values with spaces, quotes and newlines reach a hook without becoming syntax", async () => {
    const value = "a b\n\"c\" '$(touch pwned)'";
    bench.write(SETTINGS, group("PreTaskExecute", ['printf "%s" "$TASK_TYPE"']));
    const { report } = await bench.fire({
      events: [toolEvent({ hook_event_name: "PreTaskExecute", task_type: value })],
    });
    expect(report.results[0]?.stdout).toBe(value);
    expect(existsSync(join(bench.dir, "pwned"))).toBe(false);
  });
});
