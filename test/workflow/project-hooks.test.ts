/** Hook files of a run's workspace: held back until somebody trusts them, and pinned for the run that began with them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { ok } from "../../src/core/index.ts";
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
