/** Runs that continue as new, on a server that suggests it after every 40 events: nothing is lost, nothing happens twice. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { createHeddleClient, type RunReport } from "../../src/client/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { startTemporal, type TemporalServer } from "../../src/devstack/index.ts";
import { planOf, type TestDocument } from "../support/documents.ts";
import { appendLine, countLines } from "../support/effects-file.ts";
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

async function run(document: TestDocument, input: JsonObject | null = null): Promise<Told> {
  const client = await createHeddleClient({
    connection: engine.client.connection,
    taskQueue: engine.taskQueue,
    values: engine.registry,
  });
  const plan = planOf(document);
  await engine.register(plan);
  const handle = await client.start(plan.name, input);
  const output = await handle.result();
  const histories: History[] = [];
  let runId: string | undefined = handle.runId;
  while (runId !== undefined) {
    const history = await engine.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    histories.push(history);
    const last = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId ?? undefined;
  }
  return { output, report: await handle.report(), executions: histories.length, histories };
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
    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_none, index) => [
        `s${String(index)}`,
        { run: ["true"], needs: index === 0 ? ["reserve"] : [`s${String(index - 1)}`] },
      ]),
    );
    const document: TestDocument = {
      steps: {
        reserve: {
          run: [...appendLine(file, "reserve")],
          compensate: { run: [...appendLine(file, "release")] },
        },
        ...chain,
        broken: { needs: ["s11"], fail: { type: "Broken", message: "too late" } },
      },
    };
    await expect(run(document)).rejects.toThrow("too late");

    expect(countLines(file)).toEqual({ reserve: 1, release: 1 });
  });

  it("takes a step that waits for an event along, and replays each of its executions", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_none, index) => [
        `s${String(index)}`,
        { run: ["true"], needs: index === 0 ? [] : [`s${String(index - 1)}`] },
      ]),
    );
    const { output, executions, histories } = await run({
      steps: {
        hold: { waitFor: { event: "ready", timeout: "10m" } },
        ...chain,
        tell: { needs: ["s19"], emit: { type: "ready", data: { n: 7 } } },
      },
      output: "${{ steps.hold.output.data.n }}",
    });

    expect(output).toBe(7);
    expect(executions).toBeGreaterThan(2);
    for (const history of histories)
      await Worker.runReplayHistory(
        { workflowBundle: { codePath: inject("workflowBundlePath") } },
        history,
        "replayed",
      );
  });
});
