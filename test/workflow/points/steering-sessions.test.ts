/** What outcomes do to a session: its start, its checkpoints, its restore, the state that it gives to its runs. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { createHeddleClient, type HeddleClient } from "../../../src/client/index.ts";
import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import type { HookExecution } from "../../../src/registry/index.ts";
import type { SessionReport } from "../../../src/workflows/messages.ts";
import { endingOf, planOf, type TestDocument } from "../../support/documents.ts";
import { startEngine, type Engine } from "../../support/engine.ts";
import { sampleHook } from "../../support/registry-samples.ts";

let engine: Engine;
let client: HeddleClient;
beforeAll(async () => {
  engine = await startEngine({ name: "steering-sessions" });
  const { connection } = engine.client;
  client = await createHeddleClient({ connection, taskQueue: engine.taskQueue });
});
afterAll(() => engine.stop());

const answering = (outcome: JsonObject): { readonly command: readonly string[] } => ({
  command: ["echo", JSON.stringify({ outcome: "continue", ...outcome })],
});
const cancel = { outcome: "cancel", reason: "not today" };
const refused = { status: "failed", error: { type: "HookCancelled" } };

const newId = (): string => `s-${randomUUID().slice(0, 8)}`;

async function steerSession(on: string, outcome: JsonObject): Promise<string> {
  const session = newId();
  const fields = { "data.session": session };
  await engine.registry.addHook(
    sampleHook({ name: `h-${session}`, on, match: { fields }, handler: answering(outcome) }),
  );
  return session;
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

async function endSession(id: string): Promise<void> {
  await client.session(id).end();
  await engine.client.workflow.getHandle(client.session(id).workflowId).result();
}

describe("of a session", () => {
  it.concurrent.each([
    ["session.start", "the start was refused", {}, 0],
    ["session.checkpoint", "checkpoint 1 was refused", { n: 1 }, 0],
  ])("cancel has its effect at %s", async (point, why, state, checkpoints) => {
    const id = await steerSession(point, cancel);
    await client.session(id).start({ state: { n: 1 } });
    const report = await untilSession(id, ({ notes }) => notes.length === 1);
    expect(report.notes[0]).toContain(`${why}: not today`);
    expect(report.state).toEqual(state);
    expect(report.checkpoints).toHaveLength(checkpoints);
    await client.session(id).end();
  });

  it.concurrent.each<[string, JsonObject, JsonValue]>([
    ["cancel", cancel, { n: 2 }],
    ["modify", { outcome: "modify", input: { n: 7 } }, { n: 7 }],
  ])("%s has its effect at session.restore", async (outcome, steers, state) => {
    const id = await steerSession("session.restore", steers);
    for (const n of [1, 2]) await client.session(id).start({ state: { n } });
    await untilSession(id, ({ checkpoints }) => checkpoints.length === 2);
    await client.session(id).restore({ checkpoint: 1 });
    const report = await untilSession(id, ({ hooks }) => hooks.length === 1);
    await endSession(id);
    expect(report.state).toEqual(state);
    expect(report.notes).toHaveLength(outcome === "cancel" ? 1 : 0);
  });

  it.concurrent("each start is a firing of its own, also when it changes nothing", async () => {
    const id = await steerSession("session.start", {});
    for (const _time of [1, 2]) await client.session(id).start();
    await untilSession(id, ({ hooks }) => hooks.length === 2);
    await endSession(id);
    const all: readonly HookExecution[] = await engine.registry.listHookExecutions({ limit: 1000 });
    expect(all.filter(({ hook }) => hook === `h-${id}`)).toHaveLength(2);
  });

  it.concurrent.each([
    ["modify", { outcome: "modify", input: { shape: 2 } }, { output: { shape: 2 } }],
    ["cancel", cancel, refused],
  ])("%s has its effect at state.migration", async (_outcome, outcome, ending) => {
    const session = newId();
    await client.session(session).start({ state: { shape: 1 } });
    const document: TestDocument = {
      name: `m-${session}`,
      steps: { it: { set: { n: "${{ session.state }}" } } },
      hooks: [{ name: "steering", on: "state.migration", handler: answering(outcome) }],
      output: "${{ steps.it.output.n }}",
    };
    const run = async (version: string): Promise<unknown> =>
      endingOf(await engine.start(planOf({ ...document, version }), null, { session, version }));
    expect(await run("1.0.0")).toMatchObject({ output: { shape: 1 } });
    expect(await run("2.0.0")).toMatchObject(ending);
    await client.session(session).end();
  });
});
