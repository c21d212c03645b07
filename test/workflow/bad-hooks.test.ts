/** Hooks that misbehave, in real runs: each is a named error, the step and the other hooks go on, and nothing hangs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import type { HookReport } from "../../src/workflows/messages.ts";
import { runDocument, type Ran } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({
    name: "bad-hooks",
    functions: [fileURLToPath(new URL("../fixtures/functions/strict.ts", import.meta.url))],
  });
});
afterAll(() => engine.stop());

interface Misbehaved extends Ran {
  readonly bad: HookReport | undefined;
  readonly good: HookReport | undefined;
}

/** A run of one step with a bad hook and, after it, a good one. */
async function runBeside(bad: JsonObject, more: JsonObject = {}): Promise<Misbehaved> {
  const ran = await runDocument(engine, {
    steps: { work: { run: ["echo", "done"] } },
    hooks: [
      { name: "bad", on: "step.before", retry: { maximumAttempts: 1 }, ...bad },
      { name: "good", on: "step.before", handler: { command: ["echo", "here"] } },
    ],
    ...more,
  });
  const hooks = await ran.handle.query<readonly HookReport[]>("hooks");
  const named = (name: string) => hooks.find((hook) => hook.name === name);
  return { ...ran, bad: named("bad"), good: named("good") };
}

const command = (script: string): JsonObject => ({ handler: { command: ["bash", "-c", script] } });
const hanging = (script: string): JsonObject => ({ ...command(script), timeout: "2s" });
const node = (script: string): JsonObject => ({
  handler: { command: [process.execPath, "-e", script] },
});

describe("a bad hook", () => {
  it.each<[string, JsonObject, string, RegExp]>([
    ["hangs", hanging("sleep 600"), "TimedOut", /timed out|timeout of 2s/],
    ["hangs and ignores TERM", hanging("trap '' TERM; sleep 600 & wait"), "TimedOut", /2s/],
    ["crashes", command("kill -SEGV $$"), "HookFailed", /SIGSEGV/],
    ["ends with an error", command("echo broken >&2; exit 7"), "HookFailed", /exit code 7: broken/],
    ["is not there", { handler: { command: ["no-such-guard"] } }, "HookFailed", /not found/],
    ["prints half a JSON", command(`printf '{"outcome": "canc'`), "HookOutcomeInvalid", /is none/],
    [
      "returns an unknown outcome",
      command(`echo '{"outcome":"okay"}'`),
      "HookOutcomeInvalid",
      /"okay"/,
    ],
    [
      "returns an unknown key",
      command(`echo '{"outcome":"continue","x":1}'`),
      "HookOutcomeInvalid",
      /"x"/,
    ],
    [
      "redirects where nothing is",
      command(`echo '{"outcome":"redirect"}'`),
      "HookOutcomeInvalid",
      /"step"/,
    ],
    [
      "fills the state",
      node(`process.stdout.write(JSON.stringify({ state: { all: "x".repeat(900000) } }))`),
      "HookOutcomeInvalid",
      /900010 bytes; at most 65536/,
    ],
    [
      "injects a book",
      node(
        `process.stdout.write(JSON.stringify({ inject: [{ content: "x".repeat(900000), strategy: "tool_result" }] }))`,
      ),
      "HookOutcomeInvalid",
      /injects 900002 bytes/,
    ],
    [
      "returns 10 MB",
      node(`process.stdout.write(JSON.stringify({ message: "x".repeat(10 << 20) }))`),
      "HookFailed",
      /10485\d+ bytes of JSON/,
    ],
  ])(
    "that %s is told by name; the step and the other hook go on",
    async (_, bad, type, message) => {
      const ran = await runBeside(bad);

      expect(ran.status).toBe("succeeded");
      expect(ran.bad).toMatchObject({ outcome: "continue", error: { type } });
      expect(ran.bad?.error?.message).toMatch(message);
      expect(ran.good).toMatchObject({ outcome: "continue", message: "here" });
    },
  );

  it.each<[string, JsonObject]>([
    ["hangs", hanging("sleep 600")],
    ["prints half a JSON", command(`printf '{"outcome": "canc'`)],
    ["crashes", command("kill -SEGV $$")],
  ])("that %s keeps the step from running when it is closed", async (_, bad) => {
    const ran = await runBeside({ ...bad, onError: "closed" });

    expect(ran.error?.type).toBe("HookCancelled");
    expect(ran.statuses["work"]).toBe("failed");
  });

  it("that starts dozens of processes takes them all with it", async () => {
    const file = join(engine.dataDir, "children");
    const ran = await runBeside({
      ...command(`for n in $(seq 40); do sleep 600 & echo $! >> ${file}; done; wait`),
      timeout: "6s",
    });
    const pids = readFileSync(file, "utf8").trim().split("\n").map(Number);

    expect(ran.bad?.error?.type).toBe("TimedOut");
    expect(pids).toHaveLength(40);
    for (const pid of pids)
      await vi.waitFor(
        () => {
          expect(() => process.kill(pid, 0)).toThrow("ESRCH");
        },
        { timeout: 60_000 },
      );
  });

  it("that prints 100 MB is drained: its message is the beginning, and the run is as small as ever", async () => {
    const ran = await runBeside({
      ...command("head -c 100000000 /dev/zero | tr '\\0' x"),
      timeout: "2m",
    });

    expect(ran.status).toBe("succeeded");
    expect(ran.bad?.message).toHaveLength(10_000);
    const history = JSON.stringify(await engine.history(ran.handle));
    expect(history.length).toBeLessThan(500_000);
  });

  it("that talks without end again and again leaves a run that can be asked and that ends", async () => {
    const talk = (outcome: string): JsonObject =>
      node(
        `const all = "x".repeat(400000); process.stdout.write(JSON.stringify({ outcome: "${outcome}", message: all${outcome === "cancel" ? ", reason: all" : ""} }))`,
      );
    const names = ["one", "two", "three", "four", "five"];
    const said = names.map((name) => ({ name, on: "step.before", ...talk("continue") }));
    const ran = await runDocument(engine, {
      steps: { work: { run: ["echo", "done"] } },
      hooks: [...said, { name: "last", on: "step.before", ...talk("cancel") }],
    });

    expect(ran.error).toMatchObject({ type: "HookCancelled" });
    const hooks = await ran.handle.query<readonly HookReport[]>("hooks");
    expect(hooks.map(({ name }) => name)).toEqual([...names, "last"]);
    for (const { message = "" } of hooks) expect(message).toMatch(/^x{10000}\.\.\. \(truncated\)$/);
  });

  it("that leaves a grandchild holding its output is not waited for", async () => {
    const file = join(engine.dataDir, "held");
    const ran = await runBeside({
      ...command(`(sleep 600; touch ${file}) & echo '{"outcome":"continue","message":"left"}'`),
      timeout: "5m",
    });

    expect(ran.bad).toMatchObject({ outcome: "continue", message: "left" });
    expect(existsSync(file)).toBe(false);
  });

  it("that rewrites the input against the schema of its handler fails the step by name", async () => {
    const ran = await runDocument(engine, {
      steps: { work: { call: "strict", with: { count: 1 } } },
      hooks: [
        {
          name: "bad",
          on: "step.before",
          handler: { command: ["echo", `{"outcome":"modify","input":{"count":"many"}}`] },
        },
      ],
    });

    expect(ran.status).toBe("failed");
    expect(ran.steps["work"]?.error).toMatchObject({
      type: "HandlerInputInvalid",
      message: expect.stringContaining("count") as string,
    });
  });
});
