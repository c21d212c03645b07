/** Handlers of every kind in real runs: patterns, questions to roles, MCP tools, programs that stay. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import {
  finish,
  planOf,
  runDocument,
  startDocument,
  untilWaiting,
  type TestDocument,
} from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const SERVER = fileURLToPath(new URL("../unit/executors/programs/mcp-server.mjs", import.meta.url));
const WARM = fileURLToPath(new URL("../unit/executors/programs/warm-hook.mjs", import.meta.url));

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({
    name: "handler-kinds",
    mcpServers: { guards: { command: process.execPath, args: [SERVER] } },
  });
});
afterAll(() => engine.stop());

const work: JsonObject = { work: { run: ["echo", "hello"] } };

const hook = (handler: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: "guard",
  on: "step.before",
  match: { step: "work" },
  handler,
  ...more,
});

describe("a hook that is a pattern", () => {
  async function register(name: string, steps: JsonObject, output: JsonValue): Promise<void> {
    await engine.register(planOf({ name, steps, output }));
  }

  it("runs it with the event as input, and its output is the outcome", async () => {
    await register(
      "judge-refuses",
      { decide: { set: { why: "${{ 'no ' + input.step.input.command[1] }}" } } },
      { outcome: "cancel", reason: "${{ steps.decide.output.why }}" },
    );
    const ran = await runDocument(engine, {
      steps: work,
      hooks: [hook({ pattern: "judge-refuses" })],
    });

    expect(ran.error).toMatchObject({ type: "HookCancelled", message: "step work: no hello" });
  });

  it("is a run of its own under an id that names the run it works for", async () => {
    await register("judge-agrees", { decide: { set: {} } }, { outcome: "continue" });
    const ran = await runDocument(engine, {
      steps: work,
      hooks: [hook({ pattern: "judge-agrees" })],
    });

    expect(ran.status).toBe("succeeded");
    const id = ran.handle.workflowId;
    const children: string[] = [];
    // The server lists what ended a moment later.
    await vi.waitFor(
      async () => {
        children.length = 0;
        for await (const each of engine.client.workflow.list({
          query: `WorkflowId STARTS_WITH "${id}/hook/judge-agrees/"`,
        }))
          children.push(each.status.name);
        expect(children).toEqual(["COMPLETED"]);
      },
      { timeout: 60_000 },
    );
  });

  it("may wait for a person, and a worker that is replaced meanwhile finds the run it had started", async () => {
    await register(
      "judge-asks",
      { ask: { approval: { prompt: "Fine?" } } },
      { outcome: "replace", output: "${{ steps.ask.output }}" },
    );
    const handle = await startDocument(engine, {
      steps: work,
      hooks: [hook({ pattern: "judge-asks" }, { timeout: "10m" })],
    });
    const child = await vi.waitFor(
      async () => {
        for await (const each of engine.client.workflow.list({
          query: `WorkflowId STARTS_WITH "${handle.workflowId}/hook/"`,
        }))
          return engine.client.workflow.getHandle(each.workflowId);
        throw new Error("not started yet");
      },
      { timeout: 60_000 },
    );
    await untilWaiting(child, "ask");
    await engine.restart();
    await child.executeUpdate("approve", { args: [{ id: "ask", decision: "approve", by: "ann" }] });
    const ran = await finish(handle);

    expect(ran.status).toBe("succeeded");
    expect(ran.output).toMatchObject({ work: { decision: "approve", by: "ann" } });
  });

  it("that fails keeps the hook from deciding: closed, the step does not run", async () => {
    await register(
      "judge-breaks",
      { decide: { fail: { type: "Broken", message: "oh no" } } },
      null,
    );
    const ran = await runDocument(engine, {
      steps: work,
      hooks: [
        hook({ pattern: "judge-breaks" }, { onError: "closed", retry: { maximumAttempts: 1 } }),
      ],
    });

    expect(ran.error?.message).toContain("judge-breaks failed");
  });

  it("that fires a hook which starts it again ends at a depth, with an error that says so", async () => {
    const to = (name: string, pattern: string): TestDocument => ({
      name,
      steps: work,
      hooks: [
        hook({ pattern }, { onError: "closed", timeout: "1m", retry: { maximumAttempts: 1 } }),
      ],
    });
    // One pattern that names itself is refused when it is verified; two see each other only when they run.
    await engine.register(planOf(to("judge-ping", "judge-pong")));
    const ran = await runDocument(engine, to("judge-pong", "judge-ping"));

    expect(ran.status).toBe("failed");
    expect(ran.error?.message).toMatch(/HookLoop: .* 4 deep: judge-/);
  });

  it("may be a role too", async () => {
    await engine.register(
      planOf({
        name: "helper",
        steps: { s: { set: { sum: "${{ input.input.a + 1 }}" } } },
        output: "${{ steps.s.output.sum }}",
      }),
    );
    const ran = await runDocument(engine, {
      agents: { helper: { handler: { pattern: "helper" } } },
      steps: { ask: { agent: "helper", with: { a: 41 } } },
    });

    expect(ran.output).toEqual({ ask: 42 });
  });
});

describe("a hook that asks a role", () => {
  const ask = (
    answer: JsonObject,
    more: JsonObject = {},
  ): Promise<Awaited<ReturnType<typeof runDocument>>> =>
    runDocument(engine, {
      agents: { judge: { handler: { command: ["printf", "%s", JSON.stringify(answer)] } } },
      steps: work,
      hooks: [hook({ prompt: "Is $ARGUMENTS fine?", role: "judge" }, more)],
    });

  it("goes on at a yes and refuses at a no", async () => {
    expect((await ask({ ok: true })).status).toBe("succeeded");
    expect((await ask({ ok: false, reason: "too late in the day" })).error).toMatchObject({
      type: "HookCancelled",
      message: "step work: too late in the day",
    });
  });

  it("written for Claude Code denies the call, and ends the run unless it may go on", async () => {
    const claude = (continueOnBlock: boolean): JsonObject => ({
      on: "PreToolUse",
      protocol: "claude",
      metadata: { claude: { type: "prompt", prompt: "ok?", continueOnBlock } },
    });

    expect((await ask({ ok: false, reason: "no" }, claude(false))).error).toMatchObject({
      type: "HookStopped",
    });
    expect((await ask({ ok: false, reason: "no" }, claude(true))).error).toMatchObject({
      type: "HookCancelled",
      message: "step work: no",
    });
  });
});

describe("a hook that is an MCP tool", () => {
  const guard = {
    mcp: { server: "guards", tool: "guard", input: { command: "${step.input.command.1}" } },
  };

  it("decides on fields of the event", async () => {
    expect((await runDocument(engine, { steps: work, hooks: [hook(guard)] })).status).toBe(
      "succeeded",
    );
    const ran = await runDocument(engine, {
      steps: { work: { run: ["echo", "rm -rf x"] } },
      hooks: [hook(guard)],
    });

    expect(ran.error).toMatchObject({ message: "step work: no rm -rf x" });
  });
});

describe("a hook that is a program which stays", () => {
  it("serves a hundred firings from a few processes, all gone when the worker stops", async () => {
    const own = await startEngine({ name: "warm" });
    const pids = join(engine.dataDir, "pids");
    writeFileSync(pids, "");
    const ran = await runDocument(own, {
      steps: {
        many: {
          set: { n: "${{ item }}" },
          foreach: { items: Array.from({ length: 100 }, (_, at) => at), concurrency: 20 },
        },
      },
      hooks: [
        {
          name: "warm",
          on: "step.before",
          handler: {
            command: [process.execPath, WARM],
            env: { PIDS: pids },
            persistent: true,
            cwd: "/",
          },
        },
      ],
    });
    const started = readFileSync(pids, "utf8").trim().split("\n").map(Number);
    await own.stop();

    expect(ran.status).toBe("succeeded");
    expect(started.length).toBeLessThanOrEqual(4);
    for (const pid of started) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
