/** Complaints about Claude Code's hooks that only a run can answer; the others are in the unit tests, by the same numbers. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { HookReport } from "../../src/workflows/messages.ts";
import { planOf, runDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "complaints" });
});
afterAll(() => engine.stop());

it("6: hooks are not applied inside subagents: a role's hooks fire for its steps in a child run", async () => {
  const seen = join(engine.dataDir, "seen");
  const hook = {
    name: "guard",
    on: "PreToolUse",
    protocol: "claude",
    handler: { command: `grep -o '"subagent_type":"reviewer"' >> ${seen}; true` },
  };
  await engine.register(
    planOf({
      name: "inner-review",
      agents: { reviewer: { handler: { command: ["echo", "{}"] } } },
      hooks: [hook],
      steps: { review: { agent: "reviewer" } },
    }),
  );
  const ran = await runDocument(engine, { steps: { call: { pattern: "inner-review" } } });

  expect(ran.status).toBe("succeeded");
  expect(readFileSync(seen, "utf8")).toContain("reviewer");
});

it("10: hooks of the end are killed after 1.5 s: here they are activities with their full time", async () => {
  const saved = join(engine.dataDir, "saved");
  const ran = await runDocument(engine, {
    steps: { work: { run: ["true"] } },
    hooks: [
      {
        name: "save",
        on: "run.succeeded",
        handler: { command: `sleep 2; touch ${saved}` },
        timeout: "1m",
      },
    ],
  });

  expect(ran.status).toBe("succeeded");
  expect(existsSync(saved)).toBe(true);
});

it("11: failures are invisible: the run lists each hook with its outcome, attempts and error", async () => {
  const ran = await runDocument(engine, {
    steps: { work: { run: ["true"] } },
    hooks: [
      {
        name: "broken",
        on: "PreToolUse",
        protocol: "claude",
        retry: { maximumAttempts: 1 },
        handler: { command: "python3 missing.py" },
      },
    ],
  });
  const hooks = await ran.handle.query<readonly HookReport[]>("hooks");

  expect(ran.status).toBe("succeeded");
  expect(hooks).toMatchObject([
    {
      name: "broken",
      outcome: "continue",
      error: { message: expect.stringContaining("missing.py") as string },
    },
  ]);
});
