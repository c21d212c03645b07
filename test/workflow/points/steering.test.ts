/** Outcomes that take more than one step to see: of runs, of the state, of attempts, beside the run. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import type { HookReport } from "../../../src/workflows/messages.ts";
import {
  endingOf,
  finish,
  planOf,
  progressOf,
  runDocument,
  startDocument,
  untilWaiting,
  type TestDocument,
} from "../../support/documents.ts";
import { linesIn } from "../../support/effects-file.ts";
import { startEngine, type Engine } from "../../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  const firing = join(import.meta.dirname, "../../fixtures/functions/firing.ts");
  engine = await startEngine({ name: "steering", functions: [firing] });
});
afterAll(() => engine.stop());

const says = (on: string, outcome: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: "steering",
  on,
  handler: { command: ["echo", JSON.stringify({ outcome: "continue", ...outcome })] },
  ...more,
});
const hooksOf = (handle: WorkflowHandle): Promise<readonly HookReport[]> => handle.query("hooks");
const cancel = { outcome: "cancel", reason: "not today" };
const nine = { outcome: "replace", output: 9 };
const ask = { outcome: "ask", prompt: "?", timeout: 20, default: "deny" };
const refused = { status: "failed", error: { type: "HookCancelled" } };
const denied = { status: "failed", error: { type: "ApprovalDenied" } };
const replaced = { status: "succeeded", output: 9 };
const shown: JsonObject = { it: { set: { n: "${{ input }}" } } };
const broken: JsonObject = { it: { fail: { type: "Boom", message: "no" } } };

describe("of a run", () => {
  it.concurrent.each([
    ["modify", "run.before", { outcome: "modify", input: 5 }, { output: { it: { n: 5 } } }],
    ["replace", "run.before", nine, replaced],
    ["cancel", "run.before", cancel, refused],
    ["ask", "run.before", ask, denied],
    ["replace", "run.succeeded", nine, replaced],
    ["cancel", "run.succeeded", cancel, refused],
    ["ask", "run.succeeded", ask, denied],
    ["replace", "run.failed", nine, replaced],
  ])("%s has its effect at %s", async (_outcome, point, outcome, ending) => {
    const steps = point === "run.failed" ? broken : shown;
    const ran = await runDocument(engine, { steps, hooks: [says(point, outcome)] });
    expect(ran).toMatchObject(ending);
  });

  it.concurrent("stop ends it, and a message is shown", async () => {
    const outcome = { stop: { reason: "enough" }, message: "I have seen enough" };
    const ran = await runDocument(engine, { steps: shown, hooks: [says("step.before", outcome)] });
    expect(ran.error).toMatchObject({ type: "HookStopped", message: "enough" });
    expect(await hooksOf(ran.handle)).toMatchObject([
      { name: "steering", message: "I have seen enough" },
    ]);
  });
});

describe("of the state", () => {
  const writer = (step: string, value: number): JsonObject => ({
    name: `writes-${step}`,
    on: "step.before",
    match: { step },
    handler: { function: `write-${String(value)}` },
  });
  const written: TestDocument = {
    steps: {
      a: { run: ["true"] },
      b: { run: ["true"] },
      it: { needs: ["a", "b"], set: { n: "${{ state.shared }}" } },
    },
    output: "${{ steps.it.output.n }}",
  };

  it.concurrent.each([
    ["modify", "state.beforeWrite", { outcome: "modify", input: { shared: 5 } }, { output: 5 }],
    ["cancel", "state.beforeWrite", cancel, refused],
    ["replace", "state.conflict", { outcome: "replace", output: 6 }, { output: 6 }],
    ["cancel", "state.conflict", cancel, refused],
  ])("%s has its effect at %s", async (_outcome, point, outcome, ending) => {
    const writers =
      point === "state.conflict" ? [writer("a", 1), writer("b", 2)] : [writer("a", 1)];
    const hooks = [...writers, says(point, outcome)];
    expect(await runDocument(engine, { ...written, hooks })).toMatchObject(ending);
  });
});

describe("of an event", () => {
  const waits: JsonObject = {
    w: { waitFor: { event: "x.y", match: "${{ event.data.a.b > 1 }}", timeout: "10m" } },
  };

  it.concurrent(
    "retry at event.handlerError waits for the next event, and asks once about each",
    async () => {
      const hooks = [says("event.handlerError", { outcome: "retry" })];
      const handle = await startDocument(engine, { steps: waits, hooks });
      await untilWaiting(handle, "w");
      await handle.signal("event", { type: "x.y", data: 1 });
      await handle.signal("event", { type: "x.y", data: { a: { b: 2 } } });
      const ran = await finish(handle);
      expect(ran.output).toMatchObject({ w: { data: { a: { b: 2 } } } });
      expect(await hooksOf(handle)).toHaveLength(1);
    },
  );

  it.concurrent("cancel at event.handlerError ends the wait with its reason", async () => {
    const hooks = [says("event.handlerError", cancel)];
    const handle = await startDocument(engine, { steps: waits, hooks });
    await handle.signal("event", { type: "x.y", data: 1 });
    expect(await endingOf(handle)).toMatchObject(refused);
  });

  it.concurrent("modify at notification changes what people are told", async () => {
    const { output } = await runDocument(engine, {
      steps: { it: { emit: { type: "notification.done", data: { text: "old" } } } },
      hooks: [says("notification", { outcome: "modify", input: { text: "new" } })],
    });
    expect(output).toMatchObject({ it: { type: "notification.done", data: { text: "new" } } });
  });
});

describe("of attempts", () => {
  const far = { retry: { maximumAttempts: 2, initialInterval: "10m" } };

  it.concurrent("retry at step.retry brings the next attempt forward", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: "test -f tried && exit 0; touch tried; exit 1", ...far } },
      hooks: [says("step.retry", { outcome: "retry", delay: 1 })],
    });
    expect(ran.statuses).toEqual({ it: "succeeded" });
  });

  it.concurrent("cancel at step.retry makes it the last", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: ["false"], ...far } },
      hooks: [says("step.retry", cancel)],
    });
    expect(ran.steps["it"]).toMatchObject({ status: "failed", attempts: 1 });
    expect(ran.error?.message).toContain("no further attempt: not today");
  });

  it.concurrent("retry before a step asks again, and a second answer lets it begin", async () => {
    const hook = { name: "h", on: "step.before", handler: { function: "not-yet" } };
    const { output } = await runDocument(engine, { steps: shown, hooks: [hook] }, 1);
    expect(output).toEqual({ it: { n: 1 } });
  });

  it.concurrent("retry at agent.exit has the agent work again", async () => {
    const { output } = await runDocument(engine, {
      agents: { one: { handler: { function: "counts" } } },
      steps: { it: { agent: "one" } },
      hooks: [
        says(
          "agent.exit",
          { outcome: "retry", delay: 1, maxAttempts: 2 },
          { match: { status: "running" } },
        ),
      ],
    });
    expect(output).toEqual({ it: 2 });
  });
});

describe("beside the run", () => {
  it.concurrent("fork starts a child run, which is over before the run is", async () => {
    const child = planOf({ steps: { c: { set: { n: "${{ input }}" } } } });
    await engine.register(child);
    const operations = [{ id: "side", pattern: child.name, input: 3 }];
    const hooks = [says("step.after", { outcome: "fork", operations })];
    const { handle, status } = await runDocument(engine, { steps: shown, hooks });
    expect(status).toBe("succeeded");
    expect((await hooksOf(handle)).map(({ outcome }) => outcome)).toEqual([
      "fork",
      "side: succeeded",
    ]);
    const started = (await engine.history(handle)).events?.flatMap(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: each }) => each?.workflowId ?? [],
    );
    const forked = engine.client.workflow.getHandle(started?.[0] ?? "");
    expect(await forked.result()).toEqual({ c: { n: 3 } });
  });

  it.concurrent("cache keeps a result, and a hit does not carry the step out again", async () => {
    const workspace = join(engine.dataDir, randomUUID());
    await mkdir(workspace);
    const plan = planOf({
      steps: { it: { run: "echo x >> tries; wc -l < tries", output: "${{ output.json }}" } },
      hooks: [says("step.before", { outcome: "cache", key: "k" })],
    });
    for (const _run of [1, 2])
      expect(await engine.run(plan, null, { workspace })).toEqual({ it: 1 });
    expect(linesIn(join(workspace, "tries"))).toEqual(["x"]);
  });
});

describe("asking a person", () => {
  it("survives a restart of the worker", async () => {
    const question = { outcome: "ask", prompt: "Go on?" };
    const hooks = [says("step.before", question)];
    const handle = await startDocument(engine, { steps: shown, hooks }, 4);
    await vi.waitFor(
      async () => {
        const { pendingApprovals } = await progressOf(handle);
        expect(pendingApprovals.map(({ prompt }) => prompt)).toEqual(["Go on?"]);
      },
      { timeout: 60_000, interval: 20 },
    );
    await engine.restart();
    const [open] = (await progressOf(handle)).pendingApprovals;
    await handle.executeUpdate("approve", { args: [{ id: open?.id, decision: "approve" }] });
    expect(await endingOf(handle)).toEqual({ status: "succeeded", output: { it: { n: 4 } } });
  });
});
