import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { importConfig, type ImportReport } from "../../../../src/cli/hook/import-config.ts";
import { normalizeHook } from "../../../../src/hooks/index.ts";
import { createBench, group, SETTINGS, type Bench } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

async function lint(settings: object | string): Promise<ImportReport> {
  bench.write(SETTINGS, settings);
  return importConfig(SETTINGS, bench.dir);
}

const codes = async (settings: object): Promise<readonly string[]> =>
  (await lint(settings)).issues.map((issue) => issue.code);

describe("heddle hook import", () => {
  it("refuses a file in which a key stands twice: the first list of guards would be lost unheard", async () => {
    const { valid, issues } = await lint(
      '{ "hooks": {\r\n\t"PreToolUse": [],\r\n\t"Stop": [],\r\n\t"PreToolUse": []\r\n} }',
    );
    expect(valid).toBe(false);
    expect(issues).toMatchObject([{ code: "repeated-key", severity: "error", line: 4 }]);
  });

  it("names the line of every problem", async () => {
    const { issues } = await lint(
      [
        "{",
        '  "hooks": {',
        '    "PreToolUze": [],',
        '    "PreToolUse": [',
        '      { "matcher": "Edit.*", "hooks": [',
        '        { "type": "command", "command": "echo $CLAUDE_TOOL_INPUT", "timeout": 30000 }',
        "      ] }",
        "    ]",
        "  }",
        "}",
      ].join("\n"),
    );
    expect(issues.map(({ code, line }) => [code, line])).toEqual([
      ["unknown-event", 3],
      ["not-anchored", 5],
      ["no-such-variable", 6],
      ["timeout-milliseconds", 6],
    ]);
    expect(issues[0]?.hint).toContain("Did you mean PreToolUse?");
  });

  it.each([
    ["an exact name of a server", group("PreToolUse", ["true"], "mcp__memory"), "matches-nothing"],
    [
      "a permission rule as a matcher",
      group("PreToolUse", ["true"], "Bash(git*)"),
      "matches-nothing",
    ],
    [
      "a condition as a matcher",
      group("PreToolUse", ["true"], 'tool == "Edit" || tool == "Write"'),
      "matches-surprisingly",
    ],
    ["an invalid expression", group("PreToolUse", ["true"], "("), "invalid-regex"],
    ["a matcher that is ignored", group("Stop", ["true"], "x"), "matcher-ignored"],
    [
      "a list with commas of tokens",
      group("PreTaskExecute", ["true"], "type:a, role:b"),
      "matches-nothing",
    ],
    [
      "once in settings",
      group("Stop", [{ type: "command", command: "true", once: true }]),
      "once-ignored",
    ],
    [
      "if where there are no tools",
      group("Stop", [{ type: "command", command: "true", if: "Bash" }]),
      "if-never-runs",
    ],
    [
      "if that is no rule",
      group("PreToolUse", [{ type: "command", command: "true", if: "a b" }]),
      "if-invalid",
    ],
    [
      "a type that never runs",
      group("Setup", [{ type: "http", url: "https://a.example" }]),
      "type-never-runs",
    ],
    [
      "an unknown key",
      group("Stop", [{ type: "command", command: "true", tiemout: 1 }]),
      "unknown-key",
    ],
    ["a relative script", group("Stop", ["./hooks/x.sh"]), "relative-path"],
    ["CLAUDE_ENV_FILE elsewhere", group("Stop", ["echo >> $CLAUDE_ENV_FILE"]), "no-such-variable"],
    ["exit 1 in a guard", group("PreToolUse", ["exit 1"]), "exit-1"],
    ["exit 2 where nothing blocks", group("Notification", ["exit 2"]), "cannot-block"],
    [
      "a deny where nothing blocks",
      group("SessionEnd", ['echo \'{"decision": "block"}\'']),
      "cannot-block",
    ],
    [
      "a permission after the fact",
      group("PostToolUse", ["echo permissionDecision"]),
      "cannot-block",
    ],
    [
      "JSON on TaskCompleted",
      group("TaskCompleted", ['echo \'{"decision":"block"}\'']),
      "cannot-block",
    ],
    ["the orchestrator's TaskComplete", group("TaskComplete", ["true"]), "task-complete"],
    ["an event of the client", group("MessageDisplay", ["true"]), "event-never-fires"],
    ["a prompt", group("Stop", [{ type: "prompt", prompt: "done?" }]), "needs-role"],
  ])("warns of %s", async (_title, settings, code) => {
    expect(await codes(settings)).toContain(code);
  });

  it("has nothing to say of a plain configuration", async () => {
    const report = await lint(
      group("PreToolUse", ['"$CLAUDE_PROJECT_DIR"/.claude/guard.sh'], "Edit|Write"),
    );
    expect(report).toMatchObject({ valid: true, issues: [] });
    expect(report.hooks).toEqual([
      {
        event: "PreToolUse",
        point: "step.before",
        matcher: "Edit|Write",
        handler: '"$CLAUDE_PROJECT_DIR"/.claude/guard.sh',
        line: 7,
      },
    ]);
  });

  it("is not valid where the file is not JSON, or an expression is none", async () => {
    expect(await lint('{"hooks": {')).toMatchObject({
      valid: false,
      issues: [{ code: "not-json", line: 1 }],
    });
    expect((await lint(group("PreToolUse", ["true"], "["))).valid).toBe(false);
    expect((await lint("[]")).issues).toMatchObject([{ code: "settings-shape" }]);
    expect((await lint({ hooks: [] })).issues).toMatchObject([{ code: "settings-shape" }]);
  });

  it("gives registrations that a pattern takes, each with a name of its own", async () => {
    const { registrations } = await lint({
      hooks: {
        PreToolUse: [
          {
            matcher: "Bash",
            hooks: [
              { type: "command", command: "./guard.sh" },
              { type: "command", command: "bash ./guard.sh", onFailure: "block" },
            ],
          },
          {
            matcher: "*",
            hooks: [{ type: "http", url: "https://a.example/h", timeout: 5, enabled: false }],
          },
        ],
        Stop: [{ hooks: [{ type: "command", command: "node", args: ["x.mjs"], async: true }] }],
      },
    });
    expect(registrations.map((each) => each.name)).toEqual([
      "PreToolUse-guard",
      "PreToolUse-guard-2",
      "PreToolUse-https",
      "Stop-node",
    ]);
    for (const registration of registrations) {
      const read = normalizeHook(registration, "project", () => ({
        ok: true,
        value: { lit: true },
      }));
      expect(read.ok && read.value[0]).toMatchObject({ protocol: "claude" });
    }
    expect(registrations[0]).toMatchObject({
      on: "PreToolUse",
      match: { claude: "Bash" },
      timeout: "600s",
    });
    expect(registrations[1]).toMatchObject({ onError: "closed" });
    expect(registrations[2]).toMatchObject({ enabled: false, timeout: "5s" });
    expect(registrations[3]).toMatchObject({
      mode: "async",
      handler: { command: ["node", "x.mjs"] },
    });
  });
});
