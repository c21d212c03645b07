/** Tenants that share a database: what one registers and records, the other never sees. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPostgresRegistry, type Registry } from "../../src/registry/index.ts";
import type { TestDatabase } from "../support/database.ts";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { sampleExecution, sampleHook, sampleRun } from "../support/registry-samples.ts";

let database: TestDatabase;
let ours: Registry;
let theirs: Registry;
beforeAll(async () => {
  database = await createHeddleDatabase();
  ours = createPostgresRegistry({ databaseUrl: database.url, tenant: "ours" });
  theirs = createPostgresRegistry({ databaseUrl: database.url, tenant: "theirs" });
});
afterAll(async () => {
  await ours.close();
  await theirs.close();
  await database.drop();
});

test("C21: another tenant sees no execution, no recording and no statistics", async () => {
  await ours.recordHookExecution(sampleExecution({ executionId: "e", correlation: "c" }), {
    hook: sampleHook({ name: "guard" }),
    event: {
      id: "e",
      point: "step.before",
      hook: "guard",
      run: { id: "r", workflowId: "w", pattern: "p", version: "1.0.0" },
      state: {},
      workspace: "w",
    },
  });
  await ours.recordRun(sampleRun({ workflowId: "w" }));

  expect(await ours.listHookExecutions()).toHaveLength(1);
  expect(await theirs.listHookExecutions()).toEqual([]);
  expect(await theirs.listHookExecutions({ correlation: "c" })).toEqual([]);
  expect(await theirs.findHookExecution("e")).toBeUndefined();
  expect(await theirs.findRecording("e")).toBeUndefined();
  expect((await theirs.hookStatistics()).count).toBe(0);
  expect(await theirs.hookStatisticsBy("hook")).toEqual([]);
  expect((await theirs.patternStatistics("sample")).count).toBe(0);
});

test("another tenant's retention deletes nothing of ours", async () => {
  await ours.recordHookExecution(sampleExecution({ executionId: "kept" }));
  const later = new Date(Date.now() + 1000);

  await theirs.pruneRecords(later);
  await theirs.retainHookExecutions({ maxAgeMs: 0, maxCount: 0 }, later);

  expect(await ours.findHookExecution("kept")).toBeDefined();
});

test("each tenant has its own hooks, under the same names if they like, and its own trust", async () => {
  await ours.addHook(sampleHook({ name: "guard" }));
  expect(await theirs.listHooks()).toEqual([]);
  await theirs.addHook(sampleHook({ name: "guard", on: "run.before" }));
  expect(await theirs.removeHook("guard")).toBe(true);
  expect(await ours.findHook("guard")).toMatchObject({ on: "step.before" });

  await ours.trustFolder("/srv/project", "f");
  expect(await theirs.findTrustedFolder("/srv/project")).toBeUndefined();
});

test("two workers of a tenant never do one work at once; those of two tenants may", async () => {
  const other = createPostgresRegistry({ databaseUrl: database.url, tenant: "ours" });
  const done: string[] = [];

  await ours.exclusively("retention", async () => {
    expect(await other.exclusively("retention", async () => void done.push("other"))).toBe(false);
    expect(await theirs.exclusively("retention", async () => void done.push("theirs"))).toBe(true);
  });
  await other.close();

  expect(done).toEqual(["theirs"]);
});

test("each tenant's hooks share state among themselves only", async () => {
  await ours.hookStore.change("counter", () => ({ next: 1, result: null }));
  expect(await theirs.hookStore.read("counter")).toBeUndefined();
});
