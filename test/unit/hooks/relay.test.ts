// Hooks for agent programs of other makers: their events in, their answers out.
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { relayEvent, type RelayRequest } from "../../../src/cli/hook/relay-event.ts";
import { createOutput } from "../../../src/cli/output.ts";
import type { JsonObject } from "../../../src/core/index.ts";
import { openInjectionFile } from "../../../src/hooks/executors/index.ts";
import { createBench, group, permission, say, SETTINGS, type Bench } from "./claude/bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => {
  bench.remove();
});

interface Answer {
  readonly answer: JsonObject | undefined;
  readonly stderr: string;
}

async function relay(
  program: RelayRequest["program"],
  event: object | string,
  options: Partial<RelayRequest> = {},
): Promise<Answer> {
  const written = { stdout: "", stderr: "" };
  const output = createOutput(
    {
      stdout: (text) => {
        written.stdout += text;
      },
      stderr: (text) => {
        written.stderr += text;
      },
      interactive: false,
      redraw: () => undefined,
    },
    false,
  );
  const host = {
    env: { PATH: process.env["PATH"] },
    on: () => process,
    off: () => process,
    exit: () => process,
  };
  const exitCode = await relayEvent(
    { configs: [SETTINGS], program, closed: false, ...options },
    {
      cwd: bench.dir,
      host: host as unknown as NodeJS.Process,
      output,
      readStdin: () => Promise.resolve(typeof event === "string" ? event : JSON.stringify(event)),
    },
  );
  expect(exitCode).toBe(0);
  return {
    answer: written.stdout === "" ? undefined : (JSON.parse(written.stdout) as JsonObject),
    stderr: written.stderr,
  };
}

const COPILOT = { sessionId: "s", toolName: "bash", toolArgs: '{"command":"ls"}' };
const GEMINI = {
  session_id: "s",
  hook_event_name: "BeforeTool",
  tool_name: "run_shell_command",
  tool_input: { command: "ls" },
};
const CODEX = {
  session_id: "s",
  hook_event_name: "PreToolUse",
  tool_name: "shell",
  tool_input: { command: "ls" },
};

const decides = (answer: object): void => {
  bench.write(SETTINGS, group("PreToolUse", [say(answer)], "Bash"));
};

describe("D14: what agent programs are answered", () => {
  it("an allow is an empty object, and nothing at all for copilot", async () => {
    decides(permission("allow"));
    expect((await relay("claude", CODEX)).answer).toEqual({});
    expect((await relay("codex", CODEX)).answer).toEqual({});
    expect((await relay("copilot", COPILOT)).answer).toBeUndefined();
    expect((await relay("gemini", GEMINI)).answer).toEqual({});
  });

  it("a deny is said in each program's own words", async () => {
    decides(permission("deny"));
    const deny = { permissionDecision: "deny", permissionDecisionReason: "because deny" };
    expect((await relay("claude", CODEX)).answer).toEqual({
      hookSpecificOutput: { hookEventName: "PreToolUse", ...deny },
    });
    expect((await relay("copilot", COPILOT)).answer).toEqual(deny);
    expect((await relay("gemini", GEMINI)).answer).toEqual({
      decision: "deny",
      reason: "because deny",
    });
  });

  it("an ask is a deny that says who must confirm", async () => {
    decides(permission("ask"));
    expect((await relay("copilot", COPILOT)).answer).toMatchObject({
      permissionDecision: "deny",
      permissionDecisionReason: "User confirmation required",
    });
  });

  it("a changed input is an allow with the new input; context travels beside it", async () => {
    decides({
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        updatedInput: { command: "ls -a" },
        additionalContext: "c",
      },
    });
    expect((await relay("claude", CODEX)).answer).toEqual({
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "allow",
        updatedInput: { command: "ls -a" },
        additionalContext: "c",
      },
    });
    expect((await relay("copilot", COPILOT)).answer).toEqual({
      permissionDecision: "allow",
      modifiedArgs: { command: "ls -a" },
      additionalContext: "c",
    });
    expect((await relay("gemini", GEMINI)).answer).toEqual({
      hookSpecificOutput: {
        hookEventName: "BeforeTool",
        tool_input: { command: "ls -a" },
        additionalContext: "c",
      },
    });
  });

  it("arguments may be a JSON string or broken; a guard sees them either way", async () => {
    bench.write(SETTINGS, group("PreToolUse", ["cat > seen.json"]));
    const seen = (): JsonObject =>
      JSON.parse(readFileSync(join(bench.dir, "seen.json"), "utf8")) as JsonObject;
    await relay("copilot", COPILOT);
    expect(seen()).toMatchObject({
      tool_name: "Bash",
      tool_input: { command: "ls" },
      session_id: "s",
    });
    await relay("copilot", { ...COPILOT, toolArgs: "rm -rf /" });
    expect(seen()).toMatchObject({ tool_input: { raw: "rm -rf /" } });
    await relay("copilot", { ...COPILOT, toolArgs: "5" });
    expect(seen()).toMatchObject({ tool_input: { raw: "5" } });
  });

  it("what comes after a call blocks by decision and reason", async () => {
    bench.write(SETTINGS, group("PostToolUse", ["echo bad >&2; exit 2"]));
    const after = { ...CODEX, hook_event_name: "PostToolUse", tool_response: {} };
    expect((await relay("codex", after)).answer).toEqual({ decision: "block", reason: "bad" });
    expect((await relay("copilot", { ...COPILOT, toolResult: {} })).answer).toMatchObject({
      permissionDecisionReason: "bad",
    });
    expect((await relay("gemini", { ...GEMINI, hook_event_name: "AfterTool" })).answer).toEqual({
      decision: "deny",
      reason: "bad",
    });
    bench.write(SETTINGS, group("Stop", [say({ continue: false })]));
    expect((await relay("claude", {}, { event: "Stop" })).answer).toEqual({
      decision: "block",
      reason: "Stopped by a hook",
    });
  });

  it("configurations without hooks decide nothing, and several are merged", async () => {
    bench.write("empty.json", {});
    bench.write("none.json", { hooks: {} });
    expect((await relay("claude", CODEX, { configs: ["empty.json", "none.json"] })).answer).toEqual(
      {},
    );
    decides(permission("deny"));
    expect(
      (await relay("claude", CODEX, { configs: ["empty.json", SETTINGS] })).answer,
    ).toHaveProperty("hookSpecificOutput");
  });

  it("hooks that cannot be asked let through, or refuse when closed", async () => {
    const open = await relay("claude", CODEX, { configs: ["missing.json"] });
    const closed = await relay("copilot", COPILOT, { configs: ["missing.json"], closed: true });
    expect(open.answer).toBeUndefined();
    expect(open.stderr).toContain("missing.json");
    expect(closed.answer).toMatchObject({ permissionDecision: "deny" });
    expect((await relay("claude", "no json", { closed: true })).answer).toHaveProperty(
      "hookSpecificOutput",
    );
    expect((await relay("claude", "[]")).stderr).toContain("one event");
  });

  it("a waiting injection is delivered with the answer, but not to a refused call", async () => {
    const injections = join(bench.dir, "inject.json");
    writeFileSync(injections, JSON.stringify({ inject: "news", sequence: 1 }));
    decides(permission("deny"));
    expect((await relay("claude", CODEX, { injections })).answer).not.toHaveProperty(
      "hookSpecificOutput.additionalContext",
    );
    decides({ hookSpecificOutput: { hookEventName: "PreToolUse", additionalContext: "own" } });
    expect((await relay("claude", CODEX, { injections })).answer).toMatchObject({
      hookSpecificOutput: { additionalContext: "own\nnews" },
    });
    bench.write(SETTINGS, {});
    writeFileSync(injections, JSON.stringify({ inject: "more", sequence: 2 }));
    expect((await relay("claude", CODEX, { injections })).answer).toMatchObject({
      hookSpecificOutput: { additionalContext: "more" },
    });
    expect((await relay("claude", CODEX, { injections })).answer).toEqual({});
  });
});

describe("D13: the file an injection waits in", () => {
  const AT = { event: "PostToolUse", tool: "Bash" };
  const NOW = 1_000_000_000_000;
  let path: string;
  beforeEach(() => {
    path = join(bench.dir, "inject.json");
  });

  const put = (payload: unknown): void => {
    writeFileSync(path, typeof payload === "string" ? payload : JSON.stringify(payload));
    utimesSync(path, NOW / 1000, NOW / 1000);
  };
  const take = (at = AT, now = NOW): Promise<string | undefined> =>
    openInjectionFile(path, () => now).take(at);

  it("is read and consumed; a second read finds none", async () => {
    put({
      inject: { content: "text", strategy: "tool_result" },
      event: "PostToolUse",
      tool_matcher: "Bash|Edit",
      sequence: 1,
    });
    expect(await take()).toBe("text");
    expect(existsSync(path)).toBe(false);
    expect(await take()).toBeUndefined();
  });

  it("stays for the right tool and event", async () => {
    put({ inject: "text", event: "PostToolUse", tool_matcher: "mcp__*", sequence: 1 });
    expect(await take()).toBeUndefined();
    expect(await take({ event: "PreToolUse", tool: "mcp__x" })).toBeUndefined();
    expect(await take({ event: "PostToolUse", tool: "mcp__x" })).toBe("text");
  });

  it("gives nothing once it has expired, which is after 30 seconds unless it says so", async () => {
    put({ inject: "text", expires_at: NOW / 1000 - 1, sequence: 1 });
    expect(await take()).toBeUndefined();
    put({ inject: "text", expires_at: new Date(NOW - 1).toISOString(), sequence: 1 });
    expect(await take()).toBeUndefined();
    put({ inject: "text", sequence: 1 });
    expect(await take(AT, NOW + 30_000)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    put({ inject: "text", sequence: 1 });
    expect(await take(AT, NOW + 29_999)).toBe("text");
  });

  it("delivers a sequence once, and higher ones after it", async () => {
    put({ inject: "one", sequence: 5 });
    expect(await take()).toBe("one");
    put({ inject: "again", sequence: 5 });
    expect(await take()).toBeUndefined();
    put({ inject: "two", sequence: 6 });
    expect(await take()).toBe("two");
  });

  it.each(["{", "[]", "{}", '{"inject": ""}', '{"inject": {"content": 5}}'])(
    "removes %s",
    async (content) => {
      put(content);
      expect(await take()).toBeUndefined();
      expect(readdirSync(bench.dir)).not.toContain("inject.json");
    },
  );

  it("is delivered to one of two calls at once", async () => {
    put({ inject: "text", sequence: 1 });
    const taken = await Promise.all([take(), take()]);
    expect(taken.filter((text) => text !== undefined)).toEqual(["text"]);
  });
});
