/** Hook files of a run's workspace: held back until somebody trusts them, and pinned for the run that began with them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ok, type JsonValue } from "../../src/core/index.ts";
import { loadHookFiles } from "../../src/hooks/files/index.ts";
import { endingOf, finish, planOf, progressOf, untilWaiting } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let root: string;
let engine: Engine;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "heddle-project-hooks-"));
  engine = await startEngine({
    name: "project-hooks",
    hookFiles: "all",
    env: { HOME: join(root, "nobody") },
  });
});
afterAll(async () => {
  await engine.stop();
  await rm(root, { recursive: true, force: true });
});

/** A workspace whose Claude Code settings deny every shell step, by a script beside them. */
function workspace(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, ".claude"), { recursive: true });
  const hook = { type: "command", command: '"$CLAUDE_PROJECT_DIR"/guard.sh' };
  const settings = { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [hook] }] } };
  writeFileSync(join(folder, ".claude/settings.json"), JSON.stringify(settings));
  script(folder, "denied by the project");
  return folder;
}

function script(folder: string, reason: string): void {
  const text = `#!/bin/sh\necho "${reason}" >&2\nexit 2\n`;
  writeFileSync(join(folder, "guard.sh"), text, { mode: 0o755 });
}

async function trust(folder: string): Promise<void> {
  const { fingerprint } = await loadHookFiles({ workspace: folder }, (source) =>
    ok({ lit: source }),
  );
  await engine.registry.trustFolder(folder, fingerprint);
}

const STEPS = { build: { run: ["true"] } };

it("an untrusted project's hooks do not run, and the run says so and what to do", async () => {
  const folder = workspace("untrusted");

  const handle = await engine.start(planOf({ steps: STEPS }), null, { workspace: folder });

  expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });
  expect((await progressOf(handle)).notices).toEqual([
    `1 hooks of .claude/settings.json do not run: nobody has trusted this folder. Look at them, then: heddle hook trust ${folder}`,
  ]);
});

it("a trusted project's hooks run, until a file or a script of theirs changes", async () => {
  const folder = workspace("trusted");
  await trust(folder);

  const run = async () =>
    finish(await engine.start(planOf({ steps: STEPS }), null, { workspace: folder }));

  expect(await run()).toMatchObject({
    status: "failed",
    steps: { build: { error: { message: "denied by the project" } } },
  });
  script(folder, "something else");
  const changed = await run();
  expect(changed.status).toBe("succeeded");
  expect((await progressOf(changed.handle)).notices).toEqual([
    expect.stringContaining("changed since"),
  ]);
});

it("B13: a hook file that is edited while a run goes on counts from the next run on", async () => {
  const folder = workspace("edited");
  await trust(folder);
  const plan = planOf({
    steps: { wait: { approval: { prompt: "go on?" } }, build: { needs: ["wait"], run: ["true"] } },
  });
  const handle = await engine.start(plan, null, { workspace: folder });
  await untilWaiting(handle, "wait");

  writeFileSync(join(folder, ".claude/settings.json"), "{}");
  await handle.executeUpdate("approve", { args: [{ id: "wait", decision: "approve" }] });

  expect(await finish(handle)).toMatchObject({ status: "failed", statuses: { build: "failed" } });
  await trust(folder);
  const next = await engine.start(planOf({ steps: STEPS }), null, { workspace: folder });
  expect(await endingOf(next)).toMatchObject({ status: "succeeded" });
  expect(readFileSync(join(folder, ".claude/settings.json"), "utf8")).toBe("{}");
});

/** A run that waits, so that something can change before its next step. */
async function startWaiting(folder: string) {
  const plan = planOf({
    steps: { wait: { approval: { prompt: "go on?" } }, build: { needs: ["wait"], run: ["true"] } },
  });
  const handle = await engine.start(plan, null, { workspace: folder });
  await untilWaiting(handle, "wait");
  const goOn = () =>
    handle.executeUpdate("approve", { args: [{ id: "wait", decision: "approve" }] });
  return { handle, goOn };
}

it.each([
  [
    "changed",
    (folder: string) => {
      script(folder, "something else");
    },
  ],
  [
    "is gone",
    (folder: string) => {
      rmSync(join(folder, "guard.sh"));
    },
  ],
])("a script that %s during a run is not started: what it guards is refused", async (how, edit) => {
  const folder = workspace(`during-${how.replace(" ", "-")}`);
  await trust(folder);
  const { handle, goOn } = await startWaiting(folder);

  edit(folder);
  await goOn();

  const ran = await finish(handle);
  expect(ran).toMatchObject({ status: "failed", statuses: { build: "failed" } });
  expect(ran.steps["build"]?.error?.message).toContain(
    `The script guard.sh of the hook "PreToolUse-guard" ${how} since the run began`,
  );
  const [execution] = await engine.registry.listHookExecutions({ workflowId: handle.workflowId });
  expect(execution).toMatchObject({ status: "failed", error: { type: "HookChanged" } });
});

it("a script that changed and was changed back, and a file that is no code, change nothing", async () => {
  const folder = workspace("changed-back");
  const hook = { type: "command", command: "./guard.sh; cat notes.txt >&2; exit 2" };
  const settings = { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [hook] }] } };
  writeFileSync(join(folder, ".claude/settings.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "notes.txt"), "before");
  await trust(folder);
  const { handle, goOn } = await startWaiting(folder);

  script(folder, "something else");
  script(folder, "denied by the project");
  writeFileSync(join(folder, "notes.txt"), "after");
  await goOn();

  expect((await finish(handle)).steps["build"]?.error?.message).toBe(
    "denied by the project\nafter",
  );
});

describe("hook files that are shared with Claude Code", () => {
  /** A workspace whose project file says who handles what, and counts what it handles. */
  function shared(name: string, strategy: string, event: string): string {
    const folder = join(root, name);
    mkdirSync(join(folder, ".claude"), { recursive: true });
    mkdirSync(join(folder, "tools"));
    const integration = {
      claude_code_aware: true,
      deduplication_strategy: strategy,
      shared_hooks_path: "tools/hooks.json",
    };
    const group = [{ hooks: [{ type: "command", command: "echo x >> count.txt" }] }];
    writeFileSync(join(folder, ".claude/settings.json"), JSON.stringify({ integration }));
    writeFileSync(join(folder, "tools/hooks.json"), JSON.stringify({ hooks: { [event]: group } }));
    return folder;
  }

  async function count(folder: string, input: JsonValue = null): Promise<number> {
    await trust(folder);
    const plan = planOf({ steps: { build: { run: ["true"], with: "${{ input }}" } } });
    const ran = await finish(await engine.start(plan, input, { workspace: folder }));
    expect(ran.status).toBe("succeeded");
    const lines = join(folder, "count.txt");
    return existsSync(lines) ? readFileSync(lines, "utf8").trim().split("\n").length : 0;
  }

  it.each(["orchestrator_priority", "claude_code_priority", "first_wins", "both"])(
    "B7: %s leaves what Claude Code has caused to it, in a run",
    async (strategy) => {
      const caused = { triggered_by: "claude_code" };
      expect(await count(shared(`b7-${strategy}`, strategy, "UserPromptSubmit"), caused)).toBe(0);
      expect(await count(shared(`b7-own-${strategy}`, strategy, "UserPromptSubmit"))).toBe(1);
    },
  );

  it("B8: claude_code_priority leaves mapped events to a Claude Code that is there, in a run", async () => {
    const present = (name: string, strategy: string, event: string): string => {
      const folder = shared(name, strategy, event);
      writeFileSync(join(folder, ".claude/.active"), "");
      return folder;
    };

    expect(await count(present("b8-mapped", "claude_code_priority", "PreToolUse"))).toBe(0);
    expect(await count(present("b8-own", "claude_code_priority", "DependencyResolve"))).toBe(1);
    expect(await count(present("b8-ours", "orchestrator_priority", "PreToolUse"))).toBe(1);
    expect(await count(present("b8-both", "both", "PreToolUse"))).toBe(1);
  });

  it("B8: first_wins runs an event once, and a try again after a failure is no second process", async () => {
    const folder = shared("b8-first", "first_wins", "PreToolUse");

    expect(await count(folder)).toBe(1);
    expect(readdirSync(join(folder, ".heddle/hook-claims"))).toHaveLength(1);
    const slow = "test -e once || { touch once; sleep 60; }; echo x >> count.txt";
    const group = [{ hooks: [{ type: "command", command: slow, timeout: 4 }] }];
    writeFileSync(
      join(folder, "tools/hooks.json"),
      JSON.stringify({ hooks: { PreToolUse: group } }),
    );
    expect(await count(folder)).toBe(2);
  });
});
