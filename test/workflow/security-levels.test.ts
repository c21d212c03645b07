/** What really stops a step, on a real worker: tools above the allowed level, and registered functions that cancel. */
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { normalizeHook } from "../../src/hooks/index.ts";
import { readAudit } from "../../src/hooks/executors/builtin/index.ts";
import { finish, planOf, progressOf, runDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({
    name: "security-levels",
    functions: [resolve(import.meta.dirname, "../fixtures/functions/guarding.ts")],
    security: {
      levels: { Bash: "restricted", "mcp__prod__*": "privileged" },
      default: "safe",
      allowed: "restricted",
      patterns: { "trusted-*": "privileged", "careful-*": "safe" },
    },
  });
});
afterAll(() => engine.stop());

const told: JsonObject = {
  name: "audit",
  on: "system.securityViolation",
  handler: { builtin: "security" },
};
const everywhere: JsonObject = {
  name: "everywhere",
  on: [
    "step.validate",
    "step.authorize",
    "step.allocate",
    "step.before",
    "branch.evaluated",
    "state.beforeRead",
    "step.error",
  ],
  handler: { command: ["sh", "-c", "cat > /dev/null"] },
};

it("C24: a tool above the allowed level is refused before any hook, and the audit hides values", async () => {
  const ran = await runDocument(engine, {
    steps: {
      drop: {
        if: "!has(state.n)",
        call: "mcp__prod__drop",
        with: { table: "hunter2", n: "${{ has(state.n) }}" },
      },
    },
    hooks: [everywhere, told],
  });

  expect(ran).toMatchObject({
    status: "failed",
    steps: {
      drop: {
        error: {
          type: "SecurityLevelExceeded",
          details: {
            step: "drop",
            tool: "mcp__prod__drop",
            level: "privileged",
            allowed: "restricted",
          },
        },
      },
    },
  });
  expect((await progressOf(ran.handle)).notices).toEqual([
    "the step drop will be refused: its tool mcp__prod__drop is privileged, allowed is restricted",
  ]);
  const executions = await engine.registry.listHookExecutions({
    workflowId: ran.handle.workflowId,
  });
  expect(executions.map(({ point }) => point)).toEqual(["system.securityViolation"]);
  const audit = await readAudit(engine.registry.hookStore, "audit");
  expect(audit).toMatchObject([{ kind: "violation", parameter: "SecurityLevelExceeded" }]);
  expect(JSON.stringify([executions, audit])).not.toContain("hunter2");
});

it("C24: no hook can lead to a refused tool: a redirect to it fails alike", async () => {
  const ran = await runDocument(engine, {
    steps: {
      drop: { if: "false", call: "mcp__prod__drop" },
      work: { needs: ["drop"], join: "done", run: ["true"] },
    },
    hooks: [
      {
        name: "lead",
        on: "step.before",
        match: { step: "work" },
        handler: {
          command: ["sh", "-c", `cat > /dev/null; echo '{"outcome":"redirect","step":"drop"}'`],
        },
      },
    ],
  });

  expect(ran).toMatchObject({
    statuses: { drop: "skipped", work: "failed" },
    steps: { work: { error: { type: "SecurityLevelExceeded" } } },
  });
});

it("C24: a branch that is not taken is refused nothing, and a run may go on without the tool", async () => {
  const ran = await runDocument(engine, {
    steps: {
      not: { if: "false", call: "mcp__prod__drop" },
      tries: { call: "mcp__prod__drop", onError: "continue" },
      each: { foreach: { items: "${{ [1, 2] }}" }, call: "mcp__prod__drop", onError: "continue" },
      works: { needs: ["tries"], join: "done", run: ["true"] },
    },
  });

  expect(ran).toMatchObject({
    status: "succeeded",
    statuses: { not: "skipped", tries: "failed", each: "failed", works: "succeeded" },
  });
});

it("C24: what a pattern is allowed is told by its name", async () => {
  const work = { steps: { work: { run: ["true"] } } };
  const run = async (name: string) => finish(await engine.start(planOf({ ...work, name })));

  expect(await run("careful-work")).toMatchObject({
    status: "failed",
    error: { details: { step: "work" } },
  });
  expect(await run("trusted-work")).toMatchObject({ status: "succeeded" });
});

it("C23: a cancel that a registered function returns really cancels, until the hook is unregistered", async () => {
  const read = normalizeHook(
    { name: "no", on: "step.before", match: { step: "guarded" }, handler: { function: "refuse" } },
    "registry",
    () => ({ ok: true, value: { lit: true } }),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const [added] = read.value;
  for (const hook of read.value) await engine.registry.addHook(hook);
  const work = { steps: { guarded: { set: { n: 1 } }, after: { needs: ["guarded"], set: {} } } };

  expect(added).toMatchObject({ name: "no", on: "step.before" });
  expect(await runDocument(engine, work)).toMatchObject({
    status: "failed",
    statuses: { guarded: "failed", after: "cancelled" },
    error: { type: "HookCancelled", message: "step guarded: guarded may not run" },
  });
  expect(await engine.registry.removeHook("no")).toBe(true);
  expect(await engine.registry.removeHook("no")).toBe(false);
  expect(await runDocument(engine, work)).toMatchObject({ status: "succeeded" });
});
