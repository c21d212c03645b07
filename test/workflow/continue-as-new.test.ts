/** Runs that continue as new, on a server that suggests it after every 40 events: nothing is lost, nothing happens twice. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";

import {
  createHeddleClient,
  type HeddleClient,
  type RunHandle,
  type RunReport,
} from "../../src/client/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { startTemporal, type TemporalServer } from "../../src/devstack/index.ts";
import { planOf, type TestDocument } from "../support/documents.ts";
import { appendLine, countLines, linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine, type History } from "../support/engine.ts";

let server: TemporalServer;
let serverDir: string;
let engine: Engine;
beforeAll(async () => {
  serverDir = await mkdtemp(join(tmpdir(), "heddle-continue-"));
  server = await startTemporal({
    dataDir: serverDir,
    namespace: "default",
    port: 0,
    uiPort: 0,
    isDisposable: true,
    dynamicConfig: { "limit.historyCount.suggestContinueAsNew": "40" },
    report: () => undefined,
  });
  engine = await startEngine({ name: "continue", address: server.address });
});
afterAll(async () => {
  await engine.stop();
  await server.child.stop();
  await rm(serverDir, { recursive: true, force: true });
});

interface Told {
  readonly output: unknown;
  readonly report: RunReport;
  /** Executions of the chain. */
  readonly executions: number;
  readonly histories: readonly History[];
}

const clientOf = (): Promise<HeddleClient> =>
  createHeddleClient({
    connection: engine.client.connection,
    taskQueue: engine.taskQueue,
    values: engine.registry,
  });

/** `drive` is what people do to the run, whichever of its executions they meet. */
async function run(
  document: TestDocument,
  input: JsonObject | null = null,
  drive?: (run: RunHandle) => Promise<void>,
): Promise<Told> {
  const client = await clientOf();
  const plan = planOf(document);
  await engine.register(plan);
  const handle = await client.start(plan.name, input);
  await drive?.(client.run(handle.workflowId));
  const output = await handle.result();
  const histories = await historiesOf(handle.workflowId, handle.runId);
  return { output, report: await handle.report(), executions: histories.length, histories };
}

async function historiesOf(workflowId: string, first: string | undefined) {
  const histories: History[] = [];
  let runId = first;
  while (runId !== undefined) {
    const history = await engine.client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    const last = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId ?? undefined;
  }
  return histories;
}

async function replayAll(histories: readonly History[], workflowId = "replayed"): Promise<void> {
  for (const history of histories)
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: inject("workflowBundlePath") } },
      history,
      workflowId,
    );
}

/** Steps one after the other, `prefix0` and on, that do nothing but make history. */
function chainOf(prefix: string, length: number, first: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    Array.from({ length }, (_none, index) => [
      `${prefix}${String(index)}`,
      { run: ["true"], needs: index === 0 ? [...first] : [`${prefix}${String(index - 1)}`] },
    ]),
  );
}

/** Waits until it holds; what is asked may not be there yet. */
function until<T>(ask: () => Promise<T> | T, holds: (told: T) => boolean): Promise<T> {
  return vi.waitFor(
    async () => {
      const told = await ask();
      if (!holds(told)) throw new Error(JSON.stringify(told));
      return told;
    },
    { timeout: 30_000, interval: 50 },
  );
}

const ids = (report: RunReport): readonly string[] =>
  report.steps.map(({ id, instance }) => (instance === undefined ? id : `${id}[${instance}]`));

describe("a run that continues as new", () => {
  it("carries a chain of 60 steps to the right end, each effect exactly once, every step in its report", async () => {
    const file = join(engine.dataDir, "chain");
    const names = Array.from({ length: 60 }, (_none, index) => `s${String(index)}`);
    const steps = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          run: [
            "sh",
            "-c",
            `echo ${name} >> ${file}; echo $(( $1 + 1 ))`,
            "sh",
            `\${{ string(${index === 0 ? "input.from" : `steps.s${String(index - 1)}.output.json`}) }}`,
          ],
        },
      ]),
    );

    const { output, report, executions } = await run(
      { steps, output: "${{ steps.s59.output.json }}" },
      { from: 100 },
    );

    expect(output).toBe(160);
    expect(executions).toBeGreaterThan(3);
    expect(countLines(file)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
    expect([...ids(report)].sort()).toEqual([...names].sort());
    expect(new Set(report.steps.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  });

  it("carries a foreach with waits and hooks, each item exactly once and in item order", async () => {
    const file = join(engine.dataDir, "items");
    const { output, report, executions } = await run({
      steps: {
        each: {
          foreach: { items: Array.from({ length: 30 }, (_none, index) => index), concurrency: 3 },
          group: {
            steps: {
              pause: { wait: "20ms" },
              act: {
                needs: ["pause"],
                run: ["sh", "-c", `echo "$1" >> ${file}; echo "$1"`, "sh", "${{ string(item) }}"],
              },
            },
          },
          output: "${{ output.act.json }}",
        },
        after: { set: { all: "${{ steps.each.output }}" } },
      },
      hooks: [
        {
          name: "seen",
          on: "step.after",
          match: { step: "act" },
          handler: { command: [...appendLine(`${file}.hooks`, "fired")] },
        },
      ],
      output: "${{ steps.after.output.all }}",
    });

    const items = Array.from({ length: 30 }, (_none, index) => index);
    expect(output).toEqual(items);
    expect(executions).toBeGreaterThan(2);
    expect(countLines(file)).toEqual(Object.fromEntries(items.map((item) => [String(item), 1])));
    expect(countLines(`${file}.hooks`)).toEqual({ fired: 30 });
    expect(report.hooks.filter(({ name }) => name === "seen")).toHaveLength(30);
    for (const item of items) expect(ids(report)).toContain(`act[${String(item)}]`);
  });

  it("still undoes, once, what an earlier execution of it did", async () => {
    const file = join(engine.dataDir, "undo");
    const document: TestDocument = {
      steps: {
        reserve: {
          run: [...appendLine(file, "reserve")],
          compensate: { run: [...appendLine(file, "release")] },
        },
        ...chainOf("s", 12, ["reserve"]),
        broken: { needs: ["s11"], fail: { type: "Broken", message: "too late" } },
      },
    };
    await expect(run(document)).rejects.toThrow("too late");

    expect(countLines(file)).toEqual({ reserve: 1, release: 1 });
  });

  it("takes a step that waits for an event along, and replays each of its executions", async () => {
    const { output, executions, histories } = await run({
      steps: {
        hold: { waitFor: { event: "ready", timeout: "10m" } },
        ...chainOf("s", 20),
        tell: { needs: ["s19"], emit: { type: "ready", data: { n: 7 } } },
      },
      output: "${{ steps.hold.output.data.n }}",
    });

    expect(output).toBe(7);
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("keeps an open approval: its time is not granted anew, people are reminded on, one decision ends it", async () => {
    let deadlines: readonly (string | undefined)[] = [];
    const { output, executions, histories } = await run(
      {
        steps: {
          ask: { approval: { prompt: "Ship it?", timeout: "1h", remind: "100ms" } },
          ...chainOf("s", 20),
        },
        output: "${{ steps.ask.output }}",
      },
      null,
      async (handle) => {
        const asked = async () => (await handle.progress()).pendingApprovals[0];
        const first = await until(asked, (found) => found !== undefined);
        const later = await until(
          async () => ({ earlier: (await handle.progress()).earlier.length, ...(await asked()) }),
          ({ earlier, reminders = 0 }) => earlier > 2 && reminders > 8,
        );
        deadlines = [first?.deadline, later.deadline];
        await handle.approve({ id: "ask", decision: "approve", by: "ann" });
      },
    );

    expect(output).toMatchObject({ decision: "approve", by: "ann" });
    expect(deadlines[0]).toEqual(expect.any(String));
    expect(deadlines[1]).toBe(deadlines[0]);
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("goes on listening: every event is handled once and in order, whichever execution it meets", async () => {
    const file = join(engine.dataDir, "events");
    const { output, executions, histories } = await run(
      {
        coordination: { model: "event_driven" },
        steps: {
          paid: {
            on: { event: "order.*", max: 20, concurrency: 2 },
            run: ["sh", "-c", `echo "$1" >> ${file}; echo "$1"`, "sh", "${{ string(event.data) }}"],
            output: "${{ output.json }}",
          },
        },
        output: "${{ steps.paid.output }}",
      },
      null,
      async (handle) => {
        for (const burst of [0, 5, 10, 15]) {
          for (let n = burst; n < burst + 5; n += 1)
            await handle.sendEvent({ type: "order.paid", data: n });
          await until(
            () => linesIn(file).length,
            (count) => count >= burst + 3,
          );
        }
      },
    );

    const numbers = Array.from({ length: 20 }, (_none, index) => index);
    expect(output).toEqual(numbers);
    expect(countLines(file)).toEqual(Object.fromEntries(numbers.map((n) => [String(n), 1])));
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("lets an operator retry what failed in an earlier execution, and remembers who did", async () => {
    const mended = join(engine.dataDir, "mended");
    const { output, report, executions, histories } = await run(
      {
        coordination: { failFast: false },
        steps: {
          broken: {
            run: ["sh", "-c", `test -e ${mended} && echo '{"n":7}'`],
            onError: "continue",
            retry: { maximumAttempts: 1 },
          },
          after: { needs: ["broken"], set: { n: "${{ steps.broken.output.json.n }}" } },
          ...chainOf("a", 20),
          hold: { needs: ["a19"], waitFor: { event: "go" } },
          ...chainOf("b", 20, ["hold"]),
        },
        output: "${{ steps.after.output.n }}",
      },
      null,
      async (handle) => {
        await until(
          async () => (await handle.progress()).steps,
          (steps) => steps.some(({ id, waitingFor }) => id === "hold" && waitingFor !== undefined),
        );
        await writeFile(mended, "");
        await handle.retryStep({ step: "broken", by: "ann", reason: "mended" });
        await until(
          async () => (await handle.progress()).steps,
          (steps) => steps.some(({ id, status }) => id === "after" && status === "succeeded"),
        );
        await handle.sendEvent({ type: "go" });
      },
    );

    expect(output).toBe(7);
    expect(report.steps.find(({ id }) => id === "broken")).toMatchObject({
      status: "succeeded",
      operator: [{ action: "retry", by: "ann", reason: "mended" }],
    });
    expect(executions).toBeGreaterThan(4);
    await replayAll(histories);
  });
});

describe("a session that continues as new", () => {
  it("keeps its state, its checkpoints' numbers and its runs, and replays in each execution", async () => {
    const client = await clientOf();
    const session = client.session("continued");
    await session.start({ state: { n: 0 } });
    const handle = await engine.start(
      planOf({ steps: { hold: { waitFor: { event: "go" } } } }),
      null,
      { session: "continued" },
    );
    await until(session.show, ({ runs }) => runs.length === 1);
    // One at a time: signals that arrive together are one workflow task, and make little history.
    for (let n = 1; n <= 25; n += 1) {
      await session.start({ state: { n } });
      await until(session.show, ({ checkpoints }) => checkpoints.at(-1)?.number === n + 1);
    }

    const shown = await session.show();
    expect(shown).toMatchObject({
      state: { n: 25 },
      runs: [{ workflowId: handle.workflowId, status: "running" }],
      notes: [],
    });
    await handle.signal("event", { type: "go" });
    await session.end();

    const workflow = engine.client.workflow.getHandle(session.workflowId);
    expect(await workflow.result()).toMatchObject({
      status: "ended",
      runs: [{ status: "succeeded" }],
    });
    const { raw } = await workflow.describe();
    const first = raw.workflowExecutionInfo?.firstRunId ?? undefined;
    const histories = await historiesOf(session.workflowId, first);
    expect(histories.length).toBeGreaterThan(2);
    await replayAll(histories, session.workflowId);
  });
});
