// The composition root on a real server and a real database: what a worker started by `createWorkers` can serve.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { WorkflowHandle } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";

import type { Plan, PlanStep } from "../../src/patterns/plan.ts";
import { createLogger } from "../../src/logger.ts";
import { createPostgresRegistry, type Registry } from "../../src/registry/index.ts";
import { createWorkers, type Workers, type WorkersOptions } from "../../src/worker.ts";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { sampleHook, samplePattern, samplePlan } from "../support/registry-samples.ts";
import { connectTestEnvironment, silenceRuntime, uniqueTaskQueue } from "../support/temporal.ts";
import { isAlive, readWhenWritten, until } from "../unit/executors/fixtures.ts";

silenceRuntime();
const taskQueue = uniqueTaskQueue("worker");
const create = vi.spyOn(Worker, "create");
let environment: TestWorkflowEnvironment;
let database: Awaited<ReturnType<typeof createHeddleDatabase>>;
let registry: Registry;
let connection: NativeConnection;
let workers: Workers;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "heddle-worker-"));
  [environment, database, connection] = await Promise.all([
    connectTestEnvironment(),
    createHeddleDatabase(),
    NativeConnection.connect({ address: inject("temporalAddress") }),
  ]);
  registry = createPostgresRegistry({ databaseUrl: database.url });
  // From the sources, as `npx tsx src/worker.ts` does it; the second worker below has a bundle.
  workers = await startWorkers({});
});

/** A worker as another process would run it, on the same queue. */
function startWorkers(code: Pick<WorkersOptions, "workflowCode">): Promise<Workers> {
  return createWorkers({
    config: {
      taskQueue,
      dataDir,
      worker: { activities: 20, workflowTasks: 10, cachedRuns: 10 },
      functions: [],
      environment: [],
      shell: "auto",
    },
    namespace: "default",
    connection,
    registry,
    pollNamedQueues: true,
    ...code,
    logger: createLogger({ level: "error", format: "plain" }),
    env: process.env,
    shutdownGraceMs: 100,
  });
}

afterAll(async () => {
  await workers.stop();
  await connection.close();
  await registry.close();
  await database.drop();
  await environment.teardown();
  await rm(dataDir, { recursive: true, force: true });
});

const policy: Plan["policies"][number] = {
  startToCloseMs: 30_000,
  scheduleToStartMs: 30_000,
  heartbeatMs: 10_000,
  retry: {
    maximumAttempts: 1,
    initialIntervalMs: 100,
    backoffCoefficient: 1,
    maximumIntervalMs: 100,
  },
};

function runStep(id: string, shell: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    order: 0,
    tool: "Bash",
    needs: [],
    join: "all",
    body: { kind: "run", command: { shell } },
    policy: 0,
    onError: "fail",
    dispatch: "activity",
    ...more,
  };
}

async function start(plan: Partial<Plan>, input: unknown = null) {
  const name = `p-${randomUUID().slice(0, 8)}`;
  const pattern = samplePattern({ name });
  await registry.registerPattern({
    ...pattern,
    plan: samplePlan({ ...pattern.plan, policies: [policy], ...plan }),
  });
  return environment.client.workflow.start(name, {
    taskQueue,
    workflowId: name,
    args: [input],
  });
}

/** A file in the workspace that a run without a given one has. */
async function fileOf(handle: WorkflowHandle, name: string): Promise<string> {
  return join(dataDir, "runs", handle.workflowId, (await handle.describe()).runId, name);
}

it("gives an activation more time than a busy machine takes: stopping one ends the process", async () => {
  const made = create.mock.results.map(({ value }) => value as Promise<Worker>); // as: what create gives
  const [first] = await Promise.all(made);
  expect(first?.options.isolateExecutionTimeoutMs).toBe(120_000);
});

describe("a worker", () => {
  it("runs a registered pattern for a plain Temporal client", async () => {
    const handle = await start({
      steps: [runStep("hello", "echo hello")],
      output: { expr: "steps.hello.output.stdout", steps: ["hello"] },
    });

    expect(await handle.result()).toBe("hello\n");
  });

  it("asks a hook before the step and keeps its decision in the registry", async () => {
    const hook = sampleHook({
      name: "guard",
      on: "step.before",
      handler: { command: "echo not today >&2; exit 2" },
    });
    const handle = await start({ steps: [runStep("work", "true")], hooks: [hook] });

    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: "HookCancelled", message: expect.stringContaining("not today") as string },
    });
    expect(await registry.listHookExecutions({ workflowId: handle.workflowId })).toMatchObject([
      { hook: "guard", outcome: { outcome: "cancel", reason: "not today" } },
    ]);
  });

  it("fails a run of an unknown pattern at once", async () => {
    const handle = await environment.client.workflow.start("nobody-knows-this", {
      taskQueue,
      workflowId: randomUUID(),
      args: [null],
    });

    await expect(handle.result()).rejects.toMatchObject({ cause: { type: "PatternNotFound" } });
  });

  it("polls a queue that a pattern names", async () => {
    const handle = await start({
      steps: [runStep("far", "echo far", { taskQueue: `${taskQueue}-far` })],
      output: { expr: "steps.far.output.stdout", steps: ["far"] },
    });

    expect(await handle.result()).toBe("far\n");
  });

  it("hands what it could not finish to the next worker when it stops", async () => {
    const handle = await start({
      policies: [{ ...policy, retry: { ...policy.retry, maximumAttempts: 2 } }],
      steps: [runStep("work", "test -f pid && echo done || { echo $$ > pid; sleep 60; }")],
      output: { expr: "steps.work.output.stdout", steps: ["work"] },
    });
    const pid = Number(await readWhenWritten(await fileOf(handle, "pid")));

    await workers.stop();
    const gone = !isAlive(pid);
    workers = await startWorkers({
      workflowCode: { bundlePath: inject("workflowBundlePath") },
    });

    expect(gone).toBe(true);
    expect(await handle.result()).toBe("done\n");
  });

  it("kills the process of a run that is cancelled", async () => {
    const handle = await start({
      steps: [runStep("long", "echo $$ > pid; echo $PWD; sleep 60")],
    });
    const pid = Number(await readWhenWritten(await fileOf(handle, "pid")));

    await handle.cancel();

    await expect(handle.result()).rejects.toThrow();
    await until(() => !isAlive(pid));
  });
});
