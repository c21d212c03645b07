/** A stack whose server suggests to continue as new after every 40 events, and what tests ask of it. */
import { Worker } from "@temporalio/worker";
import { inject, vi } from "vitest";

import {
  createHeddleClient,
  type HeddleClient,
  type RunHandle,
  type RunReport,
} from "../../src/client/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { startContinuingServer } from "./continuing-server.ts";
import { planOf, type TestDocument } from "./documents.ts";
import { startEngine, type Engine, type History } from "./engine.ts";

export interface Told {
  readonly output: unknown;
  readonly report: RunReport;
  /** Executions of the chain. */
  readonly executions: number;
  readonly histories: readonly History[];
}

export interface Continuing {
  readonly engine: Engine;
  readonly client: HeddleClient;
  /** `drive` is what people do to the run, whichever of its executions they meet. */
  run(
    document: TestDocument,
    input?: JsonObject | null,
    drive?: (run: RunHandle) => Promise<void>,
  ): Promise<Told>;
  /** One history per execution. */
  historiesOf(workflowId: string): Promise<readonly History[]>;
  stop(): Promise<void>;
}

export async function startContinuing(name: string): Promise<Continuing> {
  const server = await startContinuingServer(40);
  const engine = await startEngine({ name, address: server.address });
  const client = await createHeddleClient({
    connection: engine.client.connection,
    taskQueue: engine.taskQueue,
    values: engine.registry,
  });
  const historiesOf = (workflowId: string) => collectHistories(engine, workflowId);
  return {
    engine,
    client,
    historiesOf,
    async run(document, input = null, drive) {
      const plan = planOf(document);
      await engine.register(plan);
      const handle = await client.start(plan.name, input);
      await drive?.(client.run(handle.workflowId));
      const output = await handle.result();
      const histories = await historiesOf(handle.workflowId);
      return { output, report: await handle.report(), executions: histories.length, histories };
    },
    async stop() {
      await engine.stop();
      await server.stop();
    },
  };
}

async function collectHistories(engine: Engine, workflowId: string): Promise<readonly History[]> {
  const { raw } = await engine.client.workflow.getHandle(workflowId).describe();
  const histories: History[] = [];
  let runId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  while (runId !== undefined) {
    const history = await engine.client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    const last = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId ?? undefined;
  }
  return histories;
}

export async function replayAll(
  histories: readonly History[],
  workflowId = "replayed",
): Promise<void> {
  for (const history of histories)
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: inject("workflowBundlePath") } },
      history,
      workflowId,
    );
}

/** Steps one after the other, `prefix0` and on, that do nothing but make history. */
export function chainOf(prefix: string, length: number, first: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    Array.from({ length }, (_none, index) => [
      `${prefix}${String(index)}`,
      { run: ["true"], needs: index === 0 ? [...first] : [`${prefix}${String(index - 1)}`] },
    ]),
  );
}

/** Waits until it holds; what is asked may not be there yet. */
export function until<T>(ask: () => Promise<T> | T, holds: (told: T) => boolean): Promise<T> {
  return vi.waitFor(
    async () => {
      const told = await ask();
      if (!holds(told)) throw new Error(JSON.stringify(told));
      return told;
    },
    { timeout: 60_000, interval: 50 },
  );
}
