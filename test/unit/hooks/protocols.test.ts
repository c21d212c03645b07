// Hooks written for other systems, run at a point of a run with real processes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import {
  commandEnvironment,
  createFunctionRegistry,
  executeHook,
  type HandlerContext,
  type HookReading,
} from "../../../src/hooks/executors/index.ts";
import {
  normalizeHook,
  type Hook,
  type HookEvent,
  type HookStep,
  type Outcome,
} from "../../../src/hooks/index.ts";
import { claudeStdin } from "../../../src/hooks/importers/claude/index.ts";
import { readMassgenResult } from "../../../src/hooks/importers/massgen/index.ts";
import { makeEvent } from "./make-hook.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "heddle-protocols-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const STEP: HookStep = {
  id: "build",
  kind: "run",
  tool: "Bash",
  type: "implementation",
  attempt: 1,
  input: { command: ["npm", "run", "a b"], env: { A: "1" } },
};

function hook(raw: object): Hook {
  const read = normalizeHook({ name: "h", handler: { command: "cat" }, ...raw }, "pattern", () => ({
    ok: true,
    value: { lit: true },
  }));
  if (!read.ok || read.value[0] === undefined) throw new Error(JSON.stringify(read));
  return read.value[0];
}

async function contextOf({ timeoutMs }: Hook): Promise<HandlerContext> {
  return {
    cwd: dir,
    env: commandEnvironment(process.env),
    timeoutMs,
    signal: new AbortController().signal,
    functions: await createFunctionRegistry({ importModule: () => Promise.resolve({}) }),
    secret: () => undefined,
    facts: { attempt: 1, workspace: dir, outputDir: join(dir, "out") },
  };
}

async function ask(raw: object, event: Partial<HookEvent> = {}): Promise<HookReading> {
  const made = hook(raw);
  const fired = makeEvent({ point: made.on, step: STEP, workspace: dir, ...event });
  return executeHook(made, fired, await contextOf(made));
}

async function outcome(raw: object, event: Partial<HookEvent> = {}): Promise<Outcome> {
  const reading = await ask(raw, event);
  if (reading.kind !== "decided") throw new Error(JSON.stringify(reading));
  return reading.outcome;
}

const claude = (on: string, command: string, more: object = {}): object => ({
  on,
  protocol: "claude",
  handler: { command },
  ...more,
});

/** A command that answers in JSON and keeps what it was given. */
const answer = (value: object): string =>
  `cat > given.json; printf '%s' '${JSON.stringify(value).replaceAll("'", `'\\''`)}'`;
const given = (): Record<string, JsonValue> =>
  JSON.parse(readFileSync(join(dir, "given.json"), "utf8")) as Record<string, JsonValue>;

describe("hooks of Claude Code at points of a run", () => {
  it("see a command step as Bash, with the fields that guard scripts read", async () => {
    expect(await outcome(claude("PreToolUse", answer({})))).toEqual({ outcome: "continue" });

    expect(given()).toMatchObject({
      session_id: "wf",
      cwd: dir,
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_input: { command: "npm run 'a b'" },
      task_id: "build",
      task_type: "implementation",
    });
    expect(existsSync(given()["transcript_path"] as string)).toBe(true);
  });

  it("ask only addresses that their settings and the worker allow", async () => {
    const hook = {
      on: "PreToolUse",
      protocol: "claude",
      handler: { http: { url: "https://a.example/h" } },
      metadata: { claudeHttp: { urls: ["https://b.example/*"] } },
    };
    expect(await ask(hook)).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("allowedHttpHookUrls") as string },
    });
  });

  it("cannot widen the worker's list of addresses by their own", async () => {
    const made = hook({
      on: "PreToolUse",
      protocol: "claude",
      handler: { http: { url: "https://evil.example/h" } },
      metadata: { claudeHttp: { urls: ["*"] } },
    });
    const reading = await executeHook(
      made,
      makeEvent({ point: made.on, step: STEP, workspace: dir }),
      {
        ...(await contextOf(made)),
        services: { allowedUrls: ["https://good.example/*"] },
      },
    );

    expect(reading).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("allowedHttpHookUrls") as string },
    });
  });

  it("B3: exit code 2 cancels with stderr as the reason; exit code 1 proceeds with a visible message", async () => {
    expect(await outcome(claude("PreToolUse", "echo no >&2; exit 2"))).toEqual({
      outcome: "cancel",
      reason: "no",
    });
    expect(await outcome(claude("PreToolUse", "echo oops >&2; exit 1"))).toEqual({
      outcome: "continue",
      message: "hook error: oops",
    });
    expect(await outcome(claude("PreToolUse", "true"))).toEqual({ outcome: "continue" });
  });

  it("rewrite the command and leave the rest of the step's input alone", async () => {
    const rewrite = {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "allow",
        updatedInput: { command: "npm run b" },
        additionalContext: "changed",
      },
    };
    expect(await outcome(claude("PreToolUse", answer(rewrite)))).toEqual({
      outcome: "modify",
      input: { command: "npm run b", env: { A: "1" } },
      inject: [{ content: "changed", strategy: "tool_result" }],
    });
  });

  it("keep an argv that came back as it was shown", async () => {
    const rewrite = {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        updatedInput: { command: "npm run 'a b'" },
      },
    };
    expect(await outcome(claude("PreToolUse", answer(rewrite)))).toMatchObject({
      input: STEP.input,
    });
  });

  it("turn ask and defer into an approval", async () => {
    const asks = {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "ask",
        permissionDecisionReason: "sure?",
      },
    };
    expect(await outcome(claude("PreToolUse", answer(asks)))).toEqual({
      outcome: "ask",
      prompt: "sure?",
    });
  });

  it("answer for people who are asked about a step: they see its call, and may grant or deny it", async () => {
    const { id, kind, tool, input } = STEP;
    const data = {
      id: "build:step.before",
      step: id,
      prompt: "?",
      call: { id, kind, tool, input },
    };
    const about = { step: undefined, point: "approval.requested", data } as unknown as HookEvent;
    const settle = (decision: object): Promise<Outcome> => {
      const said = { hookSpecificOutput: { hookEventName: "PermissionRequest", decision } };
      return outcome(
        claude("PermissionRequest", answer(said), { match: { claude: "Bash" } }),
        about,
      );
    };

    expect(await settle({ behavior: "allow" })).toEqual({
      outcome: "replace",
      output: { decision: "approve" },
    });
    expect(given()).toMatchObject({
      tool_name: "Bash",
      tool_input: { command: expect.any(String) as string },
    });
    expect(given()).not.toHaveProperty("call");
    expect(await settle({ behavior: "allow", updatedInput: { command: "ls" } })).toMatchObject({
      output: { decision: "approve", input: { command: "ls" } },
    });
    expect(await settle({ behavior: "deny", message: "never" })).toEqual({
      outcome: "cancel",
      reason: "never",
    });
  });

  it("find a file for variables where the contract has one", async () => {
    const leave = claude("SessionStart", 'echo "export A=1" >> "$CLAUDE_ENV_FILE" && echo kept');
    const about = { step: undefined, point: "session.start" } as unknown as HookEvent;
    expect(await outcome(leave, about)).toMatchObject({ inject: [{ content: "kept" }] });
  });

  it("send unfinished work back from TaskCompleted, and only comment from PostToolUse", async () => {
    const done = { ...STEP, output: { exitCode: 0, stdout: "ok", stderr: "" }, durationMs: 5 };
    const refuse = "cat > given.json; echo 'tests fail' >&2; exit 2";
    expect(await outcome(claude("TaskCompleted", refuse), { step: done })).toEqual({
      outcome: "retry",
      delayMs: 0,
      maxAttempts: 9,
      inject: [{ content: "tests fail", strategy: "tool_result" }],
    });
    expect(await outcome(claude("PostToolUse", refuse), { step: done })).toEqual({
      outcome: "continue",
      inject: [{ content: "tests fail", strategy: "tool_result" }],
    });
    expect(given()).toMatchObject({
      tool_response: { stdout: "ok", stderr: "", interrupted: false },
      duration_ms: 5,
    });
  });

  it("see a failed command with its exit code, a request as WebFetch, a role as Agent", async () => {
    const error = { type: "CommandFailed", message: "boom", details: { exitCode: 3 } };
    await outcome(claude("PostToolUseFailure", answer({})), { step: { ...STEP, error } });
    expect(given()).toMatchObject({ error: "Exit code 3\nboom", is_interrupt: false });

    const http: HookStep = {
      ...STEP,
      kind: "http",
      tool: "WebFetch",
      input: { url: "https://a.example/", method: "GET" },
    };
    const url = {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        updatedInput: { url: "https://b.example/" },
      },
    };
    expect(await outcome(claude("PreToolUse", answer(url)), { step: http })).toMatchObject({
      input: { url: "https://b.example/", method: "GET" },
    });
    expect(given()).toMatchObject({
      tool_name: "WebFetch",
      tool_input: { url: "https://a.example/", prompt: "" },
    });

    const agent: HookStep = {
      ...STEP,
      kind: "agent",
      tool: "Agent",
      role: "tester",
      name: "Test it",
      input: { prompt: "go", n: 1 },
    };
    const prompt = {
      hookSpecificOutput: { hookEventName: "PreToolUse", updatedInput: { prompt: "stop" } },
    };
    expect(await outcome(claude("PreToolUse", answer(prompt)), { step: agent })).toMatchObject({
      input: { prompt: "stop", n: 1 },
    });
    expect(given()).toMatchObject({
      tool_input: { description: "Test it", prompt: "go", subagent_type: "tester" },
    });

    const call: HookStep = { ...STEP, kind: "call", tool: "mcp__s__t", input: { q: 1 } };
    const q = { hookSpecificOutput: { hookEventName: "PreToolUse", updatedInput: { q: 2 } } };
    expect(await outcome(claude("PreToolUse", answer(q)), { step: call })).toMatchObject({
      input: { q: 2 },
    });
  });

  it("know the orchestrator's events by their own names and values", async () => {
    const event = claude("PreTaskExecute", "cat > given.json; exit 2", {
      match: { claude: "type:implementation" },
    });
    expect(await outcome(event)).toMatchObject({ outcome: "cancel" });
    expect(given()).toMatchObject({ hook_event_name: "PreTaskExecute", tool_name: "Bash" });
    expect(
      await outcome(claude("PreTaskExecute", "exit 2", { match: { claude: "type:design" } })),
    ).toMatchObject({ outcome: "skipped" });
  });

  it("test matchers of events that are not about steps, and permission rules, before they start", async () => {
    const start = { step: undefined, data: { source: "resume" } } as unknown as Partial<HookEvent>;
    expect(
      await outcome(claude("SessionStart", "echo hi", { match: { claude: "startup" } }), start),
    ).toMatchObject({ outcome: "skipped" });
    expect(
      await outcome(
        claude("SessionStart", "echo hi", { match: { claude: "startup|resume" } }),
        start,
      ),
    ).toEqual({
      outcome: "continue",
      inject: [{ content: "hi", strategy: "user_message" }],
    });
    const ruled = {
      metadata: { claude: { type: "command", command: "exit 2", if: "Bash(git *)" } },
    };
    expect(await outcome(claude("PreToolUse", "exit 2", ruled))).toMatchObject({
      outcome: "skipped",
    });
  });

  it("test a matcher with look-around themselves", async () => {
    const excluding = (name: string): object =>
      claude("PreToolUse", "exit 2", { match: { claude: `^(?!${name}).*` } });
    expect(await outcome(excluding("Bash"))).toMatchObject({ outcome: "skipped" });
    expect(await outcome(excluding("mcp__"))).toMatchObject({ outcome: "cancel" });
  });

  it("stop the run with continue false", async () => {
    expect(
      await outcome(claude("PreToolUse", answer({ continue: false, stopReason: "over" }))),
    ).toEqual({
      outcome: "continue",
      stop: { reason: "over" },
    });
  });

  it("fail, for retry and onError, when they cannot start or run out of time", async () => {
    expect(await ask(claude("PreToolUse", "no-such-program-at-all"))).toMatchObject({
      kind: "failed",
      timedOut: false,
    });
    expect(await ask(claude("PreToolUse", "sleep 60", { timeout: "200ms" }))).toMatchObject({
      kind: "failed",
      timedOut: true,
    });
    expect(
      await ask({ on: "PreToolUse", protocol: "claude", handler: { function: "f" } }),
    ).toMatchObject({
      error: { type: "HandlerNotFound" },
    });
  });

  it("refuse when closed and their command ended badly, even with an allow", async () => {
    const allow = answer({
      hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "allow" },
    });
    expect(
      await outcome(claude("PreToolUse", `${allow}; exit 3`, { onError: "closed" })),
    ).toMatchObject({ outcome: "cancel" });
    expect(await outcome(claude("PreToolUse", `${allow}; exit 3`))).toEqual({
      outcome: "continue",
    });
  });
});

describe("hooks of the agentcore protocol", () => {
  it("A13: get the trigger, the task and the three context ids, and only watch", async () => {
    const run = {
      id: "r",
      workflowId: "wf-123",
      pattern: "p",
      version: "1.0.0",
      session: "session-789",
    };
    const step = { ...STEP, id: "task-456" };
    expect(
      await outcome(
        { on: "pre_command", protocol: "agentcore", handler: { command: "tee given.json" } },
        { run, step },
      ),
    ).toMatchObject({
      outcome: "continue",
      message: expect.stringContaining("task-456") as string,
    });
    expect(given()).toMatchObject({
      trigger: "pre_command",
      workflow_id: "wf-123",
      task_id: "task-456",
      session_id: "session-789",
      data: { task: { type: "implementation" } },
    });
  });

  it("A5: echo is completed with its output, false has failed", async () => {
    const echo = { on: "pre_task", protocol: "agentcore", handler: { command: ["echo", "test"] } };
    expect(await outcome(echo)).toEqual({ outcome: "continue", message: "test" });
    expect(await ask({ ...echo, handler: { command: ["false"] } })).toMatchObject({
      kind: "failed",
      error: { type: "CommandFailed" },
    });
  });
});

describe("hooks of the massgen protocol", () => {
  const massgen = (result: object): object => ({
    on: "pre_call",
    protocol: "massgen",
    handler: { command: answer(result) },
  });

  it("get the tool and its input, and refuse, ask or rewrite", async () => {
    expect(await outcome(massgen({ allowed: false, reason: "as written" }))).toEqual({
      outcome: "cancel",
      reason: "as written",
    });
    expect(given()).toMatchObject({
      hook_type: "PreToolUse",
      tool_name: "Bash",
      tool_input: STEP.input,
    });
    expect(await outcome(massgen({ decision: "ask", reason: "ok?" }))).toEqual({
      outcome: "ask",
      prompt: "ok?",
    });
    expect(await outcome(massgen({ updated_input: { a: 1 } }))).toEqual({
      outcome: "modify",
      input: { a: 1 },
    });
    expect(await ask(massgen({ decision: "maybe" }))).toMatchObject({
      kind: "failed",
      error: { type: "HookOutcomeInvalid" },
    });
  });

  it("D1: an empty result allows; allowed false and deny are one; injections and errors are kept", () => {
    expect(readMassgenResult({})).toEqual({ ok: true, value: { outcome: "continue" } });
    expect(readMassgenResult(null)).toEqual({ ok: true, value: { outcome: "continue" } });
    expect(
      readMassgenResult({
        decision: "deny",
        inject: { content: "c", strategy: "user_message" },
        hook_errors: ["e"],
      }),
    ).toEqual({
      ok: true,
      value: {
        outcome: "cancel",
        reason: "no reason given",
        inject: [{ content: "c", strategy: "user_message" }],
        message: "e",
      },
    });
    expect(readMassgenResult({ modified_args: '{"b":2}', updated_input: { a: 1 } })).toMatchObject({
      value: { input: { b: 2 } },
    });
    expect(readMassgenResult({ decision: "ask", allowed: true })).toMatchObject({
      value: { outcome: "ask" },
    });
  });

  it.each([
    [{ decision: "x" }],
    [{ modified_args: "{" }],
    [{ inject: { content: 1 } }],
    [{ inject: { content: "c", strategy: "x" } }],
  ])("refuses %j", (result) => {
    expect(readMassgenResult(result as JsonValue).ok).toBe(false);
  });
});

describe("an outcome without an effect", () => {
  it("is a failure that names what has one, so that nobody believes it steered", async () => {
    const skipped = { on: "step.skipped", handler: { command: answer({ outcome: "retry" }) } };
    expect(await ask(skipped)).toMatchObject({
      kind: "failed",
      error: {
        type: "HookOutcomeInvalid",
        message: expect.stringContaining('"retry" has no effect at step.skipped') as string,
      },
    });
    expect(await outcome({ ...skipped, on: "step.after" })).toEqual({ outcome: "retry" });
  });
});

describe("what an event looks like on stdin", () => {
  const PLACES = { transcriptPath: "/t", outputDir: "/o" };
  const show = (name: string, event: Partial<HookEvent> = {}): object =>
    claudeStdin(makeEvent({ step: STEP, ...event }), name, PLACES);
  const runOnly = (fields: Partial<HookEvent>): Partial<HookEvent> =>
    ({ step: undefined, ...fields }) as unknown as Partial<HookEvent>;

  it.each([
    [
      "UserPromptSubmit",
      runOnly({ run: { id: "r", workflowId: "w", pattern: "p", version: "1", input: { a: 1 } } }),
      { prompt: '{"a":1}' },
    ],
    ["SubagentStart", { step: { ...STEP, role: "tester" } }, { agent_type: "tester" }],
    [
      "SpecialistComplete",
      { step: { ...STEP, role: "tester", attempt: 2, output: "done" } },
      { agent_type: "tester", stop_hook_active: true, last_assistant_message: "done" },
    ],
    [
      "SubagentStop",
      { step: { ...STEP, role: "tester", output: "done" } },
      { agent_transcript_path: "/t", background_tasks: [], session_crons: [] },
    ],
    [
      "Stop",
      runOnly({ data: { output: "all" } }),
      { stop_hook_active: false, last_assistant_message: "all" },
    ],
    [
      "StopFailure",
      runOnly({ data: { error: { message: "boom" } } }),
      { error: "server_error", error_details: "boom" },
    ],
    ["SessionStart", runOnly({}), { source: "startup" }],
    ["SessionEnd", runOnly({ data: { reason: "logout" } }), { reason: "logout" }],
    ["Setup", runOnly({}), { trigger: "init" }],
    [
      "MaintenanceRun",
      runOnly({ data: { source: "maintenance" } }),
      { hook_event_name: "MaintenanceRun" },
    ],
    ["PreCompact", {}, { trigger: "auto" }],
    [
      "Notification",
      runOnly({ data: { message: "m", type: "idle_prompt" } }),
      { message: "m", notification_type: "idle_prompt" },
    ],
    [
      "TaskCreated",
      { step: { ...STEP, instance: "3", role: "tester" } },
      { task_id: "build[3]", task_subject: "build", teammate_name: "tester" },
    ],
    ["PermissionDenied", {}, { tool_name: "Bash" }],
    ["PostToolUse", runOnly({}), { session_id: "wf" }],
    ["PostToolUseFailure", runOnly({}), { transcript_path: "/t", output_dir: "/o" }],
  ])("%s", (name, event, expected) => {
    expect(show(name, event as Partial<HookEvent>)).toMatchObject(expected);
  });
});

describe("writing a script", () => {
  it("finds the workspace as its folder", async () => {
    writeFileSync(join(dir, "guard.sh"), "exit 2");
    expect(await outcome(claude("PreToolUse", "bash ./guard.sh"))).toMatchObject({
      outcome: "cancel",
    });
  });
});
