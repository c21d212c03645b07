// What every event's answers mean, beyond the numbered assertions; HTTP handlers against a real server.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { TestReport } from "../../../../src/cli/hook/test-hooks.ts";
import { createBench, group, say, SETTINGS, toolEvent, type Bench } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

async function fire(
  event: object,
  handler: string | object,
  extra: object = {},
): Promise<TestReport> {
  const name = (event as { hook_event_name: string }).hook_event_name;
  bench.write(SETTINGS, { ...extra, ...group(name, [handler]) });
  return (await bench.fire({ events: [event] })).report;
}

const specific = (hookEventName: string, fields: object): string =>
  say({ hookSpecificOutput: { hookEventName, ...fields } });

describe("exit code 2", () => {
  it.each([
    ["UserPromptSubmit", "block"],
    ["UserPromptExpansion", "block"],
    ["PreToolUse", "deny"],
    ["PermissionRequest", "none"],
    ["PermissionDenied", "none"],
    ["PostToolUse", "block"],
    ["PostToolUseFailure", "block"],
    ["PostToolBatch", "block"],
    ["Notification", "none"],
    ["MessageDisplay", "none"],
    ["SessionStart", "none"],
    ["Setup", "none"],
    ["SubagentStart", "none"],
    ["SubagentStop", "block"],
    ["TaskCreated", "block"],
    ["TaskCompleted", "block"],
    ["Stop", "block"],
    ["StopFailure", "none"],
    ["TeammateIdle", "block"],
    ["InstructionsLoaded", "none"],
    ["ConfigChange", "block"],
    ["CwdChanged", "none"],
    ["DirectoryAdded", "none"],
    ["FileChanged", "none"],
    ["WorktreeCreate", "block"],
    ["WorktreeRemove", "none"],
    ["PreCompact", "block"],
    ["PostCompact", "none"],
    ["PreModelSwitch", "block"],
    ["PostModelSwitch", "none"],
    ["Elicitation", "decline"],
    ["ElicitationResult", "decline"],
    ["SessionEnd", "none"],
  ])("on %s means %s", async (name, outcome) => {
    const report = await fire(
      { hook_event_name: name, tool_name: "Bash", tool_input: {} },
      "echo why >&2; exit 2",
    );
    expect(report.decision).toEqual(outcome === "none" ? { outcome } : { outcome, reason: "why" });
  });

  it("cannot refuse a change of the organisation's policy", async () => {
    const change = { hook_event_name: "ConfigChange", source: "policy_settings" };
    expect((await fire(change, "exit 2")).decision).toEqual({ outcome: "none" });
    expect((await fire(change, say({ decision: "block", reason: "r" }))).decision).toEqual({
      outcome: "none",
    });
  });
});

describe("JSON answers", () => {
  it("PermissionDenied may ask for another try", async () => {
    expect(
      (
        await fire(
          toolEvent({ hook_event_name: "PermissionDenied" }),
          specific("PermissionDenied", { retry: true }),
        )
      ).decision,
    ).toEqual({ outcome: "retry" });
    expect(
      (
        await fire(
          toolEvent({ hook_event_name: "PermissionDenied" }),
          specific("PermissionDenied", {}),
        )
      ).decision,
    ).toEqual({ outcome: "none" });
  });

  it("PermissionRequest may deny and interrupt", async () => {
    const request = toolEvent({ hook_event_name: "PermissionRequest" });
    const deny = { behavior: "deny", message: "never" };
    expect(
      (await fire(request, specific("PermissionRequest", { decision: deny }))).decision,
    ).toEqual({ outcome: "deny", reason: "never" });
    expect(
      (
        await fire(
          request,
          specific("PermissionRequest", { decision: { ...deny, interrupt: true } }),
        )
      ).decision,
    ).toEqual({
      outcome: "deny",
      reason: "never",
      stop: { reason: "never" },
    });
    expect((await fire(request, say({}))).decision).toEqual({ outcome: "none" });
  });

  it("PostToolUse may replace what the tool gave", async () => {
    expect(
      (
        await fire(
          toolEvent({ hook_event_name: "PostToolUse" }),
          specific("PostToolUse", { updatedToolOutput: { stdout: "x" } }),
        )
      ).decision,
    ).toEqual({
      outcome: "none",
      output: { stdout: "x" },
    });
  });

  it("Elicitation is answered by action and content", async () => {
    const event = { hook_event_name: "Elicitation", mcp_server_name: "s" };
    expect(
      (await fire(event, specific("Elicitation", { action: "accept", content: { a: 1 } })))
        .decision,
    ).toEqual({
      outcome: "accept",
      input: { a: 1 },
    });
    expect((await fire(event, specific("Elicitation", { action: "cancel" }))).decision).toEqual({
      outcome: "cancel",
    });
    expect((await fire(event, say({}))).decision).toEqual({ outcome: "none" });
  });

  it("TaskCompleted knows no decision in JSON, Stop needs no reason", async () => {
    const block = say({ decision: "block" });
    expect((await fire({ hook_event_name: "TaskCompleted" }, block)).decision).toEqual({
      outcome: "none",
    });
    expect((await fire({ hook_event_name: "Stop" }, block)).decision).toEqual({
      outcome: "block",
      reason: "Blocked by hook",
    });
  });

  it("the older approve and block count on PreToolUse", async () => {
    expect((await fire(toolEvent(), say({ decision: "approve", reason: "r" }))).decision).toEqual({
      outcome: "allow",
      reason: "r",
    });
    expect((await fire(toolEvent(), say({ decision: "block", reason: "r" }))).decision).toEqual({
      outcome: "deny",
      reason: "r",
    });
  });

  it("a system message is shown and decides nothing; exit code 2 keeps what accompanies it", async () => {
    bench.write(SETTINGS, group("PreToolUse", [say({ systemMessage: "hello" })]));
    expect((await bench.fire({ events: [toolEvent()] })).stderr).toContain("hello");
    const both = say(
      {
        systemMessage: "m",
        continue: false,
        hookSpecificOutput: { hookEventName: "PreToolUse", additionalContext: "c" },
      },
      2,
    );
    expect((await fire(toolEvent(), both)).decision).toEqual({
      outcome: "deny",
      reason: "No reason given (exit code 2)",
      context: "c",
      stop: { reason: "" },
    });
  });
});

describe("handlers without a process here", () => {
  it("say why they did not run and let the call proceed", async () => {
    const prompt = await fire({ hook_event_name: "Stop" }, { type: "prompt", prompt: "done?" });
    expect(prompt).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "error", exitCode: null }],
    });
    const tool = await fire(toolEvent(), { type: "mcp_tool", server: "s", tool: "t" });
    expect(tool.results[0]?.stderr).toContain('No MCP server "s" is configured');
  });

  it("do not run where their type never runs", async () => {
    expect(
      (
        await fire(
          { hook_event_name: "Setup", trigger: "init" },
          { type: "http", url: "https://a.example" },
        )
      ).matched,
    ).toEqual([]);
  });
});

describe("MCP tools", () => {
  it("of the project's .mcp.json are called with fields of the event, and read like a command", async () => {
    bench.write(".mcp.json", {
      mcpServers: {
        guards: { command: "${NODE}", args: ["${SERVER:-}"], env: { SECRET: "${MISSING:-x}" } },
        broken: { nothing: true },
      },
    });
    const env = {
      NODE: process.execPath,
      SERVER: fileURLToPath(new URL("../../executors/programs/mcp-server.mjs", import.meta.url)),
    };
    const fireTool = async (handler: object, event: object) => {
      bench.write(SETTINGS, group("PreToolUse", [{ type: "mcp_tool", ...handler }]));
      return (await bench.fire({ events: [event], env })).report;
    };
    const deny = { decision: "block", reason: "${tool_input.command} is refused" };

    expect(
      (await fireTool({ server: "guards", tool: "echo", input: deny }, toolEvent())).decision,
    ).toEqual({ outcome: "deny", reason: "ls is refused" });
    expect(await fireTool({ server: "guards", tool: "fail" }, toolEvent())).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "error" }],
    });
    expect(
      (await fireTool({ server: "broken", tool: "fail", onFailure: "block" }, toolEvent())).decision
        .outcome,
    ).toBe("deny");
  });
});

describe("HTTP handlers", () => {
  let server: Server;
  let url: string;
  let answer: { status: number; body: string };
  let seen: { headers: Record<string, unknown>; body: string }[];

  beforeEach(async () => {
    seen = [];
    answer = { status: 200, body: "" };
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(answer.status, { location: "/elsewhere" }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  it("post the event and decide by JSON", async () => {
    answer.body = JSON.stringify({ decision: "block", reason: "no" });
    const report = await fire(toolEvent(), { type: "http", url });
    expect(report.decision).toEqual({ outcome: "deny", reason: "no" });
    expect(JSON.parse(seen[0]?.body ?? "{}")).toMatchObject({
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
    });
  });

  it("take a timeout that is no whole number of milliseconds", async () => {
    answer.body = JSON.stringify({ decision: "block", reason: "no" });
    const { decision } = await fire(toolEvent(), { type: "http", url, timeout: 9.8765 });
    expect(decision.outcome).toBe("deny");
  });

  it("fill headers from listed variables only", async () => {
    const handler = {
      type: "http",
      url,
      headers: { "x-a": "Bearer $TOKEN", "x-b": "${OTHER}-x" },
      allowedEnvVars: ["TOKEN"],
    };
    bench.write(SETTINGS, group("PreToolUse", [handler]));
    await bench.fire({ events: [toolEvent()], env: { TOKEN: "t", OTHER: "o" } });
    expect(seen[0]?.headers).toMatchObject({ "x-a": "Bearer t", "x-b": "-x" });
  });

  it.each([
    [500, "{}"],
    [200, "plain text"],
    [200, "{broken}"],
  ])(
    "status %i with %s is an error that decides nothing, and refuses with onFailure block",
    async (status, body) => {
      answer = { status, body };
      expect(await fire(toolEvent(), { type: "http", url })).toMatchObject({
        decision: { outcome: "none" },
        results: [{ outcome: "error" }],
      });
      expect(
        (await fire(toolEvent(), { type: "http", url, onFailure: "block" })).decision.outcome,
      ).toBe("deny");
    },
  );

  it("an empty answer decides nothing; a worktree needs a path", async () => {
    expect((await fire(toolEvent(), { type: "http", url })).decision).toEqual({ outcome: "none" });
    const create = { hook_event_name: "WorktreeCreate", name: "w" };
    expect((await fire(create, { type: "http", url })).decision.outcome).toBe("block");
    answer.body = JSON.stringify({
      hookSpecificOutput: { hookEventName: "WorktreeCreate", worktreePath: "/w" },
    });
    expect((await fire(create, { type: "http", url })).decision).toEqual({
      outcome: "none",
      context: "/w",
    });
  });

  it("follow no redirect: it is no 2xx", async () => {
    answer = { status: 307, body: JSON.stringify({ decision: "block" }) };
    const report = await fire(toolEvent(), { type: "http", url });
    expect(report).toMatchObject({
      decision: { outcome: "none" },
      results: [{ outcome: "error" }],
    });
    expect(seen).toHaveLength(1);
  });

  it("ask only addresses that the settings allow", async () => {
    const report = await fire(
      toolEvent(),
      { type: "http", url },
      { allowedHttpHookUrls: ["https://*.example/*"] },
    );
    expect(report.results[0]?.stderr).toContain("allowedHttpHookUrls");
    await fire(
      toolEvent(),
      { type: "http", url },
      { allowedHttpHookUrls: ["http://127.0.0.1:*/hook"] },
    );
    expect(seen).toHaveLength(1);
  });
});

describe("time", () => {
  it("hooks of a session's end share a short time, which settings may stretch and plugins may not", async () => {
    const end = { hook_event_name: "SessionEnd", reason: "other" };
    const env = { CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS: "200" };
    bench.write(
      SETTINGS,
      group("SessionEnd", [{ type: "command", command: "sleep 60", timeout: 50 }]),
    );
    const { report } = await bench.fire({ events: [end], env });
    expect(report.results).toMatchObject([{ outcome: "timeout" }]);
  });
});

describe("events", () => {
  it("may come as a list, one per line, or not be events at all", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["true"]));
    expect((await bench.fire({ events: [[toolEvent(), toolEvent()]] })).reports).toHaveLength(2);
    await expect(bench.fire({ events: [{ hook_event_name: "Nope" }] })).rejects.toMatchObject({
      code: "EVENT_UNKNOWN",
    });
    await expect(bench.fire({ events: [["text"]] })).rejects.toMatchObject({
      code: "EVENT_UNREADABLE",
    });
    await expect(
      bench.fire({ configs: ["missing.json"], events: [toolEvent()] }),
    ).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });
});
