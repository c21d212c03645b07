/** Sessions on a real server: signals, hooks, shared state, the runs that belong to them, and what is left of them. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";

import { createHeddleClient, type HeddleClient } from "../../src/client/index.ts";
import type { SessionReport } from "../../src/workflows/messages.ts";
import { endingOf, planOf, untilWaiting, type TestDocument } from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { failedWorkflowTasks } from "../support/history.ts";
import { sampleHook } from "../support/registry-samples.ts";

let engine: Engine;
let client: HeddleClient;
let hookLog: string;
beforeAll(async () => {
  engine = await startEngine({ name: "sessions" });
  client = await createHeddleClient({
    connection: engine.client.connection,
    taskQueue: engine.taskQueue,
  });
  hookLog = join(engine.dataDir, "session-hooks");
  for (const point of ["start", "end", "restore"])
    await engine.registry.addHook(
      sampleHook({
        name: `on-${point}`,
        on: `session.${point}`,
        handler: { command: ["sh", "-c", `cat >> ${hookLog}; echo >> ${hookLog}`] },
      }),
    );
});
afterAll(() => engine.stop());

const newId = (): string => `s-${randomUUID().slice(0, 8)}`;

function fired(session: string): readonly string[] {
  return linesIn(hookLog)
    .filter((line) => line.includes(`"${session}"`))
    .map((line) => (JSON.parse(line) as { point: string }).point);
}

function untilSession(id: string, holds: (report: SessionReport) => boolean) {
  return vi.waitFor(
    async () => {
      const report = await client.session(id).show();
      if (!holds(report)) throw new Error(JSON.stringify(report));
      return report;
    },
    { timeout: 60_000, interval: 20 },
  );
}

async function startIn(session: string, document: TestDocument) {
  const plan = planOf(document);
  return engine.start(plan, null, { session });
}

const WAITING: TestDocument = {
  steps: { hold: { waitFor: { event: "go", timeout: "10m" } } },
};

/** Everything the session recorded must replay: it is open for months. */
async function replay(session: string): Promise<void> {
  const workflowId = client.session(session).workflowId;
  const history = await engine.client.workflow.getHandle(workflowId).fetchHistory();
  expect(failedWorkflowTasks(history)).toEqual([]);
  await Worker.runReplayHistory(
    { workflowBundle: { codePath: inject("workflowBundlePath") } },
    history,
    workflowId,
  );
}

describe("a session", () => {
  it("fires the hooks of its start and its end, keeps state and replays", async () => {
    const id = newId();
    await client.session(id).start({ state: { topic: "release" }, source: "test" });
    const running = await untilSession(id, ({ checkpoints }) => checkpoints.length === 1);
    expect(running).toMatchObject({ status: "active", state: { topic: "release" } });

    await client.session(id).end({ reason: "done" });

    const handle = engine.client.workflow.getHandle(client.session(id).workflowId);
    expect(await handle.result()).toMatchObject({
      status: "ended",
      checkpoints: [{ reason: "start" }, { reason: "end" }],
      notes: [],
    });
    expect(fired(id)).toEqual(["session.start", "session.end"]);
    await replay(id);
  });

  it("gives its state to its runs, and takes over the state that they leave", async () => {
    const id = newId();
    await client.session(id).start({ state: { counter: 41 } });
    await untilSession(id, ({ checkpoints }) => checkpoints.length === 1);

    const handle = await startIn(id, {
      steps: { read: { set: { seen: "${{ session.state.counter }}", id: "${{ session.id }}" } } },
      hooks: [
        {
          name: "count",
          on: "step.after",
          handler: { command: ["echo", '{"outcome":"continue","state":{"counter":42}}'] },
        },
      ],
    });

    expect(await handle.result()).toEqual({ read: { seen: 41, id } });
    const report = await untilSession(id, ({ state }) => state["counter"] === 42);
    expect(report.runs).toMatchObject([{ workflowId: handle.workflowId, status: "succeeded" }]);
    await client.session(id).end();
    await engine.client.workflow.getHandle(client.session(id).workflowId).result();
    await replay(id);
  });

  it("begins with the first run that names it", async () => {
    const id = newId();
    const handle = await startIn(id, { steps: { only: { set: { x: 1 } } } });

    await handle.result();

    await untilSession(id, ({ runs }) => runs[0]?.status === "succeeded");
    await client.session(id).end();
  });
});

describe("the end of a session", () => {
  it("with onEnd wait comes after its runs", async () => {
    const id = newId();
    const run = await startIn(id, WAITING);
    await untilWaiting(run, "hold");

    await client.session(id).end({ onEnd: "wait" });
    const ending = await untilSession(id, ({ status }) => status === "ending");
    expect(ending.runs).toMatchObject([{ status: "running" }]);
    await run.signal("event", { type: "go" });

    const session = engine.client.workflow.getHandle(client.session(id).workflowId);
    expect(await session.result()).toMatchObject({
      status: "ended",
      runs: [{ status: "succeeded" }],
    });
    await replay(id);
  });

  it("with onEnd cancel cancels its runs", async () => {
    const id = newId();
    const run = await startIn(id, WAITING);
    await untilWaiting(run, "hold");

    await client.session(id).end({ onEnd: "cancel" });

    expect(await endingOf(run)).toEqual({ status: "cancelled" });
    const session = engine.client.workflow.getHandle(client.session(id).workflowId);
    expect(await session.result()).toMatchObject({ runs: [{ status: "cancelled" }] });
    await replay(id);
  });

  it("with onEnd leave leaves its runs, which end well without it", async () => {
    const id = newId();
    const run = await startIn(id, WAITING);
    await untilWaiting(run, "hold");

    await client.session(id).end({ onEnd: "leave" });

    const session = engine.client.workflow.getHandle(client.session(id).workflowId);
    expect(await session.result()).toMatchObject({ runs: [{ status: "running" }] });
    await run.signal("event", { type: "go" });
    expect(await endingOf(run)).toMatchObject({ status: "succeeded" });
    await replay(id);
  });

  it("may be asked for again in another way: then it waits no longer", async () => {
    const id = newId();
    const run = await startIn(id, WAITING);
    await untilWaiting(run, "hold");
    await client.session(id).end({ onEnd: "wait" });
    await untilSession(id, ({ status }) => status === "ending");

    await client.session(id).end({ onEnd: "leave" });

    const session = engine.client.workflow.getHandle(client.session(id).workflowId);
    expect(await session.result()).toMatchObject({ status: "ended" });
    await run.terminate("the test is over");
  });
});

describe("a session whose run was terminated", () => {
  it("finds out when it is to end, and does not wait for ever", async () => {
    const id = newId();
    await client.session(id).start();
    const run = await engine.start(planOf(WAITING), null, { session: id });
    await untilWaiting(run, "hold");
    await run.terminate("for the test");

    await client.session(id).end();

    const report = (await engine.client.workflow
      .getHandle(client.session(id).workflowId)
      .result()) as SessionReport;
    expect(report).toMatchObject({ status: "ended", runs: [{ status: "closed" }] });
    expect(report.notes[0]).toContain("had not told");
    await replay(id);
  });
});

describe("restoring a session", () => {
  it("brings the last checkpoint back after it ended, fires its hooks and numbers checkpoints on", async () => {
    const id = newId();
    await client.session(id).start({ state: { step: 7 } });
    await untilSession(id, ({ checkpoints }) => checkpoints.length === 1);
    await client.session(id).end();
    await engine.client.workflow.getHandle(client.session(id).workflowId).result();

    await client.session(id).restore({ reason: "back again" });

    const restored = await untilSession(id, ({ state }) => state["step"] === 7);
    expect(restored).toMatchObject({
      status: "active",
      checkpoints: [{ number: 1 }, { number: 2 }],
    });
    await vi.waitFor(
      () => {
        expect(fired(id)).toEqual(["session.start", "session.end", "session.restore"]);
      },
      { timeout: 60_000 },
    );
    await client.session(id).start({ state: { step: 8 } });
    await untilSession(id, ({ checkpoints }) => checkpoints.at(-1)?.number === 3);
    expect(await engine.registry.listCheckpoints(id, 1)).toMatchObject([
      { number: 3, state: { step: 8 } },
    ]);
    await client.session(id).end();
  });

  it("brings an earlier checkpoint back by its number, and says when there is none", async () => {
    const id = newId();
    await client.session(id).start({ state: { step: 1 } });
    await client.session(id).start({ state: { step: 2 } });
    await untilSession(id, ({ checkpoints }) => checkpoints.length === 2);

    await client.session(id).restore({ checkpoint: 1 });
    await untilSession(id, ({ state }) => state["step"] === 1);

    await client.session(id).restore({ checkpoint: 99 });
    const report = await untilSession(id, ({ notes }) => notes.length === 1);
    expect(report.notes[0]).toContain("no checkpoint 99");
    expect(report.state).toEqual({ step: 1 });
    await client.session(id).end();
  });

  it("survives a restart of the worker in between", async () => {
    const id = newId();
    await client.session(id).start({ state: { kept: true } });
    await untilSession(id, ({ checkpoints }) => checkpoints.length === 1);

    await engine.restart();
    await client.session(id).restore();

    await untilSession(id, ({ stateVersion }) => stateVersion === 2);
    expect((await client.session(id).show()).state).toEqual({ kept: true });
    await client.session(id).end();
    await replay(id);
  });
});

describe("the runs of a session's earlier life", () => {
  it("are taken back when they are open, told when they ended unfinished, and forked when asked for", async () => {
    const id = newId();
    const session = client.session(id);
    const open = await startIn(id, WAITING);
    const doomed = await startIn(id, WAITING);
    await untilWaiting(open, "hold");
    await untilWaiting(doomed, "hold");
    await session.end({ onEnd: "leave" });
    await engine.client.workflow.getHandle(session.workflowId).result();
    await doomed.terminate("for the test");

    await session.restore({ runs: "leave", checkpoint: 99 });
    expect((await untilSession(id, ({ notes }) => notes.length === 1)).runs).toEqual([]);

    await session.restore();
    const restored = await untilSession(id, ({ runs }) => runs.length === 2);
    expect(statusesOf(restored)).toEqual({
      [open.workflowId]: "running",
      [doomed.workflowId]: "terminated",
    });
    await untilSession(id, ({ notes }) =>
      notes.includes(`run ${doomed.workflowId} ended unfinished: terminated`),
    );
    await open.signal("event", { type: "go" });
    await untilSession(id, (report) => statusesOf(report)[open.workflowId] === "succeeded");

    await session.restore({ runs: "fork" });
    const forked = await untilSession(id, ({ runs }) => runs.length === 3);
    expect(statusesOf(forked)[doomed.workflowId]).toBe("forked");
    const fork = forked.runs.find(({ status }) => status === "running");
    await engine.client.workflow
      .getHandle(fork?.workflowId ?? "no fork")
      .signal("event", { type: "go" });
    await untilSession(id, (report) => statusesOf(report)[fork?.workflowId ?? ""] === "succeeded");

    await session.restore({ runs: "fork", checkpoint: 98 });
    const again = await untilSession(id, ({ notes }) => notes.at(-1)?.includes("98") === true);
    await session.end();
    await engine.client.workflow.getHandle(session.workflowId).result();
    expect(again.runs).toHaveLength(3);
    await replay(id);
  });
});

const statusesOf = ({ runs }: SessionReport): Readonly<Record<string, string>> =>
  Object.fromEntries(runs.map(({ workflowId, status }) => [workflowId, status]));

describe("a session that is started wrong", () => {
  it("with somebody else's memory fails with CarryInvalid", async () => {
    const session = newId();
    const handle = await engine.client.workflow.start("heddleSession", {
      taskQueue: engine.taskQueue,
      workflowId: `session/${session}`,
      args: [{ session, carry: { session, state: { budget: 1_000_000 } } }],
    });

    expect(await endingOf(handle)).toMatchObject({
      status: "failed",
      error: {
        type: "CarryInvalid",
        message: expect.stringContaining("does not continue another one") as string,
      },
    });
  });

  it("fails with InputInvalid and what to do, not with a workflow task that is tried for ever", async () => {
    const handle = await engine.client.workflow.start("heddleSession", {
      taskQueue: engine.taskQueue,
      workflowId: `session/${newId()}`,
      args: [],
    });

    expect(await endingOf(handle)).toMatchObject({
      status: "failed",
      error: {
        type: "InputInvalid",
        message: expect.stringContaining("heddle session start") as string,
      },
    });
  });
});

describe("session signals on a run", () => {
  it("fire the hooks of the session there", async () => {
    const handle = await engine.start(planOf(WAITING));
    await untilWaiting(handle, "hold");

    for (const signal of ["sessionStart", "sessionRestore", "sessionEnd"])
      await handle.signal(signal, { source: "plain" });
    await handle.signal("event", { type: "go" });
    await handle.result();

    const executions = await engine.registry.listHookExecutions({ workflowId: handle.workflowId });
    expect(executions.map(({ hook }) => hook).sort()).toEqual(["on-end", "on-restore", "on-start"]);
  });
});
