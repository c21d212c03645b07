/** Hooks of a session that nobody waits for: the session goes on at once, and does not end or continue without them. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";

import { createHeddleClient, type HeddleClient } from "../../src/client/index.ts";
import type { SessionReport } from "../../src/workflows/messages.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { failedWorkflowTasks } from "../support/history.ts";
import { sampleHook } from "../support/registry-samples.ts";

const POINTS = ["start", "checkpoint", "end"];

let engine: Engine;
let client: HeddleClient;
let gate: string;
let log: string;
beforeAll(async () => {
  engine = await startEngine({ name: "session-async-hooks" });
  const { connection } = engine.client;
  client = await createHeddleClient({ connection, taskQueue: engine.taskQueue });
  gate = join(engine.dataDir, "gate");
  log = join(engine.dataDir, "log");
  const wait = `until test -e ${gate}; do sleep 0.05; done`;
  for (const point of POINTS)
    await engine.registry.addHook(
      sampleHook({
        name: `late-${point}`,
        on: `session.${point}`,
        mode: "async",
        handler: { command: ["sh", "-c", `cat > /dev/null; ${wait}; echo ${point} >> ${log}`] },
      }),
    );
});
afterAll(() => engine.stop());

it("is ended at once for who asks, and closes when its asynchronous hooks have answered, which it shows", async () => {
  const id = `s-${randomUUID().slice(0, 8)}`;
  const session = client.session(id);
  await session.start();
  await session.end();
  const isEnded = async (): Promise<void> => {
    expect((await session.show()).status).toBe("ended");
  };
  await vi.waitFor(isEnded, { timeout: 60_000 });

  const handle = engine.client.workflow.getHandle(session.workflowId);
  expect((await handle.describe()).status.name).toBe("RUNNING");
  expect(linesIn(log)).toEqual([]);
  writeFileSync(gate, "");
  // as: the session's workflow gives its report
  const report = (await handle.result()) as SessionReport;

  const names = report.hooks.map(({ name, outcome }) => `${name} ${outcome}`);
  expect([...new Set(names)].toSorted()).toEqual(
    POINTS.map((point) => `late-${point} continue`).toSorted(),
  );
  expect(linesIn(log)).toHaveLength(report.hooks.length);
  const history = await handle.fetchHistory();
  expect(failedWorkflowTasks(history)).toEqual([]);
  await Worker.runReplayHistory(
    { workflowBundle: { codePath: inject("workflowBundlePath") } },
    history,
    session.workflowId,
  );
});
