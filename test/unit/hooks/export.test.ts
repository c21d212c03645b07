// D14: one hook set, written into the configuration of each program that can ask it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { exportConfigs } from "../../../src/cli/hook/export-hooks.ts";
import { createOutput } from "../../../src/cli/output.ts";
import { runCli } from "../../../src/cli/program.ts";
import type { JsonObject } from "../../../src/core/index.ts";
import type { ExportedHooks, ExportTarget } from "../../../src/hooks/importers/agents/index.ts";
import { createFakeWorld } from "../cli/fake-world.ts";
import { createBench, group, say, SETTINGS, toolEvent, type Bench } from "./claude/bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

async function exported(
  target: ExportTarget,
  configs: readonly string[] = [SETTINGS],
  more: { readonly closed?: boolean; readonly program?: string } = {},
): Promise<ExportedHooks> {
  let stdout = "";
  const output = createOutput(
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: () => undefined,
      interactive: false,
      redraw: () => undefined,
    },
    true,
  );
  const request = { configs, target, closed: false, program: "heddle", ...more };
  expect(await exportConfigs(request, { cwd: bench.dir, output })).toBe(0);
  return JSON.parse(stdout) as ExportedHooks;
}

const SET = {
  hooks: {
    PreToolUse: [
      { matcher: "Bash", hooks: [{ type: "command", command: "./guard.sh", timeout: 20 }] },
      { hooks: [{ type: "http", url: "https://a.example/h", timeout: 50, enabled: false }] },
    ],
    SessionEnd: [{ hooks: [{ type: "command", command: "./bye.sh" }] }],
    TeammateIdle: [{ hooks: [{ type: "command", command: "./idle.sh" }] }],
  },
};

describe("D14: the hook set exported", () => {
  it("for codex asks the relay once per event that codex has, with time for the slowest", async () => {
    bench.write(SETTINGS, SET);

    expect(await exported("codex")).toEqual({
      path: ".codex/hooks.json",
      content: {
        hooks: {
          PreToolUse: [
            {
              hooks: [
                {
                  type: "command",
                  command: "heddle hook relay .claude/settings.json --as codex",
                  timeout: 25,
                },
              ],
            },
          ],
        },
      },
      left: [
        { event: "SessionEnd", because: "codex has no such event" },
        { event: "TeammateIdle", because: "codex has no such event" },
      ],
    });
  });

  it("for copilot names events in camelCase, and tells the relay which it is", async () => {
    bench.write(SETTINGS, SET);
    const { path, content } = await exported("copilot", [SETTINGS], { closed: true });

    expect(path).toBe(".github/hooks/heddle.json");
    expect(content).toMatchObject({
      version: 1,
      hooks: {
        preToolUse: [
          {
            type: "command",
            bash: "heddle hook relay .claude/settings.json --as copilot --event preToolUse --closed",
            timeoutSec: 25,
          },
        ],
        sessionEnd: [{ timeoutSec: 605 }],
      },
    });
  });

  it("for gemini counts in milliseconds", async () => {
    bench.write(SETTINGS, SET);

    expect((await exported("gemini")).content).toMatchObject({
      hooks: {
        BeforeTool: [{ hooks: [{ name: "heddle", type: "command", timeout: 25_000 }] }],
        SessionEnd: [{ hooks: [{ timeout: 605_000 }] }],
      },
    });
  });

  it("for claude merges several files into one: each handler once, our own keys left out", async () => {
    bench.write("a.json", group("PreToolUse", [{ type: "prompt", prompt: "ok?", role: "judge" }]));
    bench.write("b.json", {
      ...group("PreToolUse", ["./guard.sh"], "Bash"),
      allowedHttpHookUrls: ["https://a.example/*"],
    });
    bench.write("c.json", {
      hooks: {
        PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: "./guard.sh" }] }],
        TaskPlan: [{ hooks: [{ type: "command", command: "./plan.sh" }] }],
        PreTaskExecute: [{ matcher: "role:x", hooks: [{ type: "command", command: "./x.sh" }] }],
      },
    });

    expect(await exported("claude", ["a.json", "b.json", "c.json"])).toEqual({
      path: ".claude/settings.json",
      content: {
        hooks: {
          PreToolUse: [
            { hooks: [{ type: "prompt", prompt: "ok?" }] },
            { matcher: "Bash", hooks: [{ type: "command", command: "./guard.sh" }] },
          ],
          UserPromptSubmit: [{ hooks: [{ type: "command", command: "./plan.sh" }] }],
        },
        allowedHttpHookUrls: ["https://a.example/*"],
      },
      left: [
        {
          event: "PreTaskExecute",
          because: "its matcher is tested against tasks, and PreToolUse knows tools",
        },
      ],
    });
  });

  it.each(["claude", "codex", "gemini"] as const)(
    "of empty configurations and of ones without hooks is empty for %s",
    async (target) => {
      bench.write("a.json", {});
      bench.write("b.json", { hooks: {} });

      expect(await exported(target, ["a.json", "b.json"])).toMatchObject({
        content: { hooks: {} },
        left: [],
      });
    },
  );

  it("quotes paths with blanks for the shell that reads them", async () => {
    bench.write("my hooks.json", SET);
    const { content } = await exported("codex", ["my hooks.json"]);

    expect(JSON.stringify(content)).toContain("relay 'my hooks.json' --as");
  });
});

/** The module's callbacks, as the Agent SDK would call them. */
type Callback = (
  input: object,
  id: string | undefined,
  options: { readonly signal: AbortSignal },
) => Promise<JsonObject>;

async function sdkHook(
  { content }: ExportedHooks,
  event: string,
): Promise<(input: object) => Promise<JsonObject>> {
  if (typeof content !== "string") throw new Error("a module is text");
  const file = join(bench.dir, `hooks-${String(content.length)}.mjs`);
  writeFileSync(file, content);
  const { hooks } = (await import(pathToFileURL(file).href)) as {
    readonly hooks: Readonly<Record<string, readonly { readonly hooks: readonly Callback[] }[]>>;
  };
  const [callback] = hooks[event]?.[0]?.hooks ?? [];
  if (callback === undefined) throw new Error(`no callback for ${event}`);
  return (input) => callback(input, undefined, { signal: new AbortController().signal });
}

describe("D14: callbacks for the Claude Agent SDK", () => {
  it("ask the relay with the event and hand its answer on as it is", async () => {
    const relay = bench.write(
      "relay.mjs",
      `let said = ""; for await (const chunk of process.stdin) said += chunk;
      const { tool_input } = JSON.parse(said);
      if (tool_input.command !== "ls")
        console.log(JSON.stringify({ args: process.argv.slice(2), tool_input }));`,
    );
    bench.write(SETTINGS, group("PreToolUse", [say({})], "Bash"));
    const program = `${process.execPath} ${relay}`;
    const module = await exported("claude-sdk", [SETTINGS], { program });
    const ask = await sdkHook(module, "PreToolUse");

    expect(module.path).toBe("heddle-hooks.mjs");
    expect(await ask(toolEvent())).toEqual({});
    expect(await ask(toolEvent({ tool_input: { command: "rm" } }))).toEqual({
      args: ["hook", "relay", ".claude/settings.json", "--as", "claude"],
      tool_input: { command: "rm" },
    });
  });

  it("let through when the hooks cannot be asked, and refuse when closed", async () => {
    bench.write(SETTINGS, group("PreToolUse", [say({})]));
    const broken = { program: "no-such-program-here" };
    const open = await exported("claude-sdk", [SETTINGS], broken);
    const closed = await exported("claude-sdk", [SETTINGS], { ...broken, closed: true });

    expect(await (await sdkHook(open, "PreToolUse"))(toolEvent())).toEqual({});
    expect(await (await sdkHook(closed, "PreToolUse"))(toolEvent())).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: "deny",
        permissionDecisionReason: expect.stringContaining("could not be asked") as string,
      },
    });
  });
});

describe("heddle hook export", () => {
  it("prints the file for its target, and what it left behind on stderr", async () => {
    bench.write(SETTINGS, SET);
    const fake = createFakeWorld({ cwd: bench.dir });

    expect(await runCli(["hook", "export", SETTINGS, "--for", "codex"], fake.world)).toBe(0);
    expect(JSON.parse(fake.stdout())).toHaveProperty("hooks.PreToolUse");
    expect(fake.stderr()).toContain("left behind: TeammateIdle: codex has no such event");
  });
});
