/**
 * Every feature once on a real server: the run ends as it should, and what it recorded replays at once. With
 * HEDDLE_RECORD_HISTORIES=<folder> (`npm run history:record`) the histories that test/replay has not yet are kept for it.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";

import { createHeddleClient } from "../../src/client/index.ts";
import { CHILD, CORPUS } from "../replay/corpus.ts";
import { startContinuingServer, type ContinuingServer } from "../support/continuing-server.ts";
import { endingOf, planOf, startDocument, untilWaiting } from "../support/documents.ts";
import { startEngine, type Engine, type History } from "../support/engine.ts";
import { saveHistory } from "../support/save-history.ts";

const FUNCTIONS = resolve(import.meta.dirname, "../fixtures/functions/language.ts");
const folder = process.env["HEDDLE_RECORD_HISTORIES"] ?? "";

let server: ContinuingServer;
let engine: Engine;
beforeAll(async () => {
  // Low enough that a short chain continues as new, high enough that nothing else here does.
  server = await startContinuingServer(80);
  engine = await startEngine({
    name: "corpus",
    address: server.address,
    functions: [FUNCTIONS],
    // Tools of this name alone: what the other runs use is allowed.
    security: {
      levels: { "mcp__prod__*": "privileged" },
      default: "safe",
      allowed: "restricted",
      patterns: {},
    },
  });
});
afterAll(async () => {
  await engine.stop();
  await server.stop();
});

/** What was recorded must replay; it is kept when somebody records. */
async function keep(name: string, workflowId: string, runId?: string): Promise<History> {
  const history = await engine.client.workflow.getHandle(workflowId, runId).fetchHistory();
  expect(history.events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
  await Worker.runReplayHistory(
    { workflowBundle: { codePath: inject("workflowBundlePath") } },
    history,
    workflowId,
  );
  const file = join(folder, `${name}.json`);
  if (folder !== "" && !existsSync(file)) await saveHistory(file, history, engine.dataDir);
  return history;
}

/** Each execution of a run under a name of its own; tells how many there are. */
async function keepChain(name: string, handle: WorkflowHandle): Promise<number> {
  let runId: string | undefined =
    (await handle.describe()).raw.workflowExecutionInfo?.firstRunId ?? undefined;
  let count = 0;
  while (runId !== undefined) {
    count += 1;
    const history = await keep(`${name}-${String(count)}`, handle.workflowId, runId);
    const last = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId ?? undefined;
  }
  return count;
}

describe("what a run records replays", () => {
  it.each(CORPUS)("in $document.name", async ({ document, input, ending, drive }) => {
    if (document.name === "parent") await engine.register(planOf(CHILD));
    const handle = await startDocument(engine, document, input);
    await drive?.(handle);

    expect(await endingOf(handle)).toMatchObject({ status: ending });
    await keep(document.name, handle.workflowId);
  });

  it("in each execution of a run that continued as new", async () => {
    const names = Array.from({ length: 16 }, (_none, index) => `s${String(index)}`);
    const steps = Object.fromEntries(
      names.map((name, index) => {
        const needs = index === 0 ? [] : [`s${String(index - 1)}`];
        return [name, { run: ["echo", name], needs }];
      }),
    );
    const handle = await startDocument(engine, { name: "continued", steps });
    expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });

    expect(await keepChain("continued-late", handle)).toBeGreaterThan(1);
  });

  it("in each execution of a run that continued as new between the items of a foreach", async () => {
    const items = Array.from({ length: 40 }, (_none, index) => index);
    const handle = await startDocument(engine, {
      name: "foreach-continued",
      steps: { each: { foreach: { items, concurrency: 4 }, call: "echo", with: "${{ item }}" } },
    });
    expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });

    expect(await keepChain("foreach-continued-late", handle)).toBeGreaterThan(1);
  });

  it("in each execution of a run that reacted to events and continued as new", async () => {
    const handle = await startDocument(engine, {
      name: "reactions-continued",
      coordination: { model: "event_driven" },
      steps: { paid: { on: { event: "paid", max: 40, concurrency: 2 }, run: ["echo", "1"] } },
    });
    for (let n = 0; n < 40; n += 1) await handle.signal("event", { type: "paid", data: n });
    expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });

    expect(await keepChain("reactions-continued-late", handle)).toBeGreaterThan(1);
  });

  it("in each execution of a session that continued as new", async () => {
    const client = await createHeddleClient({
      connection: engine.client.connection,
      taskQueue: engine.taskQueue,
    });
    const session = client.session("corpus-continued");
    const handle = engine.client.workflow.getHandle(session.workflowId);
    await session.start({ state: { n: 0 } });
    // Updates: each is answered before the next, and so is history of its own.
    for (let n = 1; n <= 30; n += 1) await handle.executeUpdate("setState", { args: [{ n }] });
    await session.end();
    expect(await handle.result()).toMatchObject({ state: { n: 30 } });

    expect(await keepChain("session-continued", handle)).toBeGreaterThan(1);
  });

  it("in a session that was restored with the runs of its earlier life", async () => {
    const client = await createHeddleClient({
      connection: engine.client.connection,
      taskQueue: engine.taskQueue,
    });
    const session = client.session("corpus-restored");
    const plan = planOf({ name: "left", steps: { hold: { waitFor: { event: "go" } } } });
    const [kept, lost] = [
      await engine.start(plan, null, { session: "corpus-restored" }),
      await engine.start(plan, null, { session: "corpus-restored" }),
    ];
    for (const run of [kept, lost]) await untilWaiting(run, "hold");
    await session.end({ onEnd: "leave" });
    const workflow = engine.client.workflow.getHandle(session.workflowId);
    await workflow.result();
    await lost.terminate("for the record");

    await session.restore({ runs: "fork" });
    const fork = await vi.waitFor(
      async () => {
        const { runs } = await session.show();
        const found = runs.find(
          (run) => run.status === "running" && run.workflowId !== kept.workflowId,
        );
        if (found === undefined) throw new Error(JSON.stringify(runs));
        return engine.client.workflow.getHandle(found.workflowId);
      },
      { timeout: 20_000, interval: 20 },
    );
    for (const run of [kept, fork]) {
      await run.signal("event", { type: "go" });
      await run.result();
    }
    await session.end();
    await workflow.result();

    await keep("session-restored", session.workflowId);
  });

  it("in a session and in a run that belongs to it", async () => {
    const client = await createHeddleClient({
      connection: engine.client.connection,
      taskQueue: engine.taskQueue,
    });
    const session = client.session("corpus");
    await session.start({ state: { topic: "release" }, source: "test" });
    const run = await engine.start(
      planOf({ name: "session-run", steps: { hold: { waitFor: { event: "go" } } } }),
      null,
      { session: "corpus" },
    );
    await untilWaiting(run, "hold");
    await run.signal("event", { type: "go" });
    expect(await endingOf(run)).toMatchObject({ status: "succeeded" });
    await session.end({ reason: "done" });
    await engine.client.workflow.getHandle(session.workflowId).result();

    await keep("session-run", run.workflowId);
    await keep("session", session.workflowId);
  });
});
