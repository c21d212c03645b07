/** Hooks written for Claude Code, in runs on a real server: imported from a settings file, then part of a pattern. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { importConfig } from "../../src/cli/hook/import-config.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { finish, progressOf, runDocument, startDocument, type Ran } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "claude-hooks" });
});
afterAll(() => engine.stop());

const file = (name: string): string => join(engine.dataDir, name);

/** The hooks of a settings file, as `heddle hook import` gives them. */
async function imported(settings: JsonObject): Promise<readonly JsonObject[]> {
  writeFileSync(file("settings.json"), JSON.stringify(settings));
  const { registrations } = await importConfig("settings.json", engine.dataDir);
  return registrations as unknown as readonly JsonObject[];
}

async function runWith(settings: JsonObject, steps: JsonObject): Promise<Ran> {
  return runDocument(engine, { steps, hooks: await imported(settings) });
}

const settings = (event: string, command: string, matcher = ""): JsonObject => ({
  hooks: { [event]: [{ matcher, hooks: [{ type: "command", command }] }] },
});

const say = (answer: JsonObject): string =>
  `cat >/dev/null; printf '%s' '${JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", ...answer } })}'`;

describe("a hook of Claude Code in a run", () => {
  it("B3: refuses a command with exit code 2, and the run fails with its stderr", async () => {
    const guard = `grep -q '"command":"rm ' && { echo 'rm is not allowed' >&2; exit 2; }; exit 0`;
    const ran = await runWith(settings("PreToolUse", guard, "Bash"), {
      fine: { run: "echo fine" },
      bad: { run: "rm -rf build", needs: ["fine"] },
    });

    expect(ran.statuses).toMatchObject({ fine: "succeeded", bad: "failed" });
    expect(ran.error).toMatchObject({
      type: "HookCancelled",
      message: "step bad: rm is not allowed",
    });
  });

  it("rewrites a command", async () => {
    const rewrite = say({
      permissionDecision: "allow",
      updatedInput: { command: "echo rewritten" },
    });
    const ran = await runWith(settings("PreToolUse", rewrite), { work: { run: "echo original" } });

    expect(ran.output).toMatchObject({ work: { stdout: "rewritten\n" } });
  });

  it("hooks side by side get the original input; a refusal beats a rewrite", async () => {
    const rewrite = say({ updatedInput: { command: "echo rewritten" } });
    const keep = `cat > ${file("seen.json")}; echo no >&2; exit 2`;
    const ran = await runWith(
      {
        hooks: {
          PreToolUse: [
            {
              hooks: [
                { type: "command", command: rewrite },
                { type: "command", command: keep },
              ],
            },
          ],
        },
      },
      { work: { run: "echo original" } },
    );

    expect(ran.error).toMatchObject({ type: "HookCancelled", message: "step work: no" });
    expect(JSON.parse(readFileSync(file("seen.json"), "utf8"))).toMatchObject({
      tool_input: { command: "echo original" },
    });
  });

  it("sends a step back from TaskCompleted until it is done", async () => {
    const gate = `test -e ${file("again")} && exit 0; touch ${file("again")}; echo 'not yet' >&2; exit 2`;
    const ran = await runWith(settings("TaskCompleted", gate), {
      work: { run: `echo try >> ${file("tries")}` },
    });

    expect(ran.status).toBe("succeeded");
    expect(readFileSync(file("tries"), "utf8")).toBe("try\ntry\n");
  });

  it("asks a person, and the step runs once approved", async () => {
    const hooks = await imported(
      settings(
        "PreToolUse",
        say({ permissionDecision: "ask", permissionDecisionReason: "Deploy?" }),
      ),
    );
    const handle = await startDocument(engine, {
      steps: { work: { run: "echo deployed" } },
      hooks,
    });
    const id = await vi.waitFor(
      async () => {
        const [asked] = (await progressOf(handle)).pendingApprovals;
        if (asked?.prompt !== "Deploy?") throw new Error("nobody was asked");
        return asked.id;
      },
      { timeout: 60_000 },
    );
    await handle.executeUpdate("approve", { args: [{ id, decision: "approve", by: "ann" }] });

    expect(await finish(handle)).toMatchObject({
      status: "succeeded",
      output: { work: { stdout: "deployed\n" } },
    });
  });

  it("B1: fires for the task type of its matcher only", async () => {
    const log = file("b1");
    await runWith(settings("PreTaskExecute", `echo fired >> ${log}`, "type:implementation"), {
      one: { run: "true", type: "implementation" },
      two: { run: "true", type: "design" },
    });
    expect(readFileSync(log, "utf8")).toBe("fired\n");
  });

  it("lets the step run when its hook cannot be started, as the contract has it", async () => {
    const ran = await runDocument(engine, {
      steps: { work: { run: "echo worked" } },
      hooks: (await imported(settings("PreToolUse", "no-such-program-anywhere"))).map((hook) => ({
        ...hook,
        retry: { maximumAttempts: 1 },
      })),
    });
    expect(ran).toMatchObject({ status: "succeeded", output: { work: { stdout: "worked\n" } } });
  });
});
