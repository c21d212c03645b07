/** The matrix of causes and hooks, executed: it writes docs/hooks/matrix.md, and fails when the file in git differs. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection, type WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";

import { createHeddleClient } from "../../../src/client/index.ts";
import type { JsonObject } from "../../../src/core/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import { startContinuingServer, type ContinuingServer } from "../../support/continuing-server.ts";
import { endingOf, planOf, untilStep, untilWaiting, type Ending } from "../../support/documents.ts";
import { NOTED_POINTS } from "../../fixtures/functions/firing.ts";
import { linesIn } from "../../support/effects-file.ts";
import { startEngine, type Engine } from "../../support/engine.ts";
import { uniqueTaskQueue } from "../../support/temporal.ts";
import type { WorkerProgram } from "../../support/worker-program.ts";
import { CAUSES, CHILD, type Cause } from "./causes.ts";

const PAGE = "../../../docs/hooks/matrix.md";
const PROGRAM = join(import.meta.dirname, "../../support/worker-program.ts");
const FIRING = join(import.meta.dirname, "../../fixtures/functions/firing.ts");
const POINTS: ReadonlySet<string> = new Set(NOTED_POINTS);
/** Two workers start, and what a killed one was doing is noticed after its heartbeat. */
const LIMIT_MS = 360_000;
const WAIT = { timeout: 120_000, interval: 50 };

interface Row {
  readonly cause: string;
  readonly fired: readonly string[];
  readonly ending: Ending["status"];
}

let folder: string;
let engine: Engine;
let far: Engine;
let server: ContinuingServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-matrix-"));
  [engine, server] = await Promise.all([
    startEngine({ name: "matrix", functions: [FIRING] }),
    startContinuingServer(40),
  ]);
  far = await startEngine({
    name: "matrix-far",
    functions: [FIRING],
    address: server.address,
    pollNamedQueues: false,
  });
  await engine.register(planOf(CHILD));
});
afterAll(async () => {
  await Promise.all([engine.stop(), far.stop()]);
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function workspaceFor(): Promise<string> {
  const workspace = join(folder, randomUUID());
  await mkdir(workspace);
  return workspace;
}

async function rowOf({ cause }: Cause, workspace: string, handle: WorkflowHandle): Promise<Row> {
  const { status } = await endingOf(handle);
  return { cause, fired: linesIn(join(workspace, "fired")), ending: status };
}

/**
 * Local hooks of a workflow task that took too long run again with the next one. Here nobody is killed, so that a task
 * may take as long as a busy machine needs.
 */
async function startRun(
  where: Engine,
  { document }: Cause,
  options: JsonObject,
): Promise<WorkflowHandle> {
  const plan = planOf(document);
  await where.register(plan);
  return where.client.workflow.start(plan.name, {
    taskQueue: where.taskQueue,
    workflowId: randomUUID(),
    workflowTaskTimeout: "1m",
    args: [null, options],
  });
}

async function runHere(each: Cause): Promise<Row> {
  const where = each.how === "elsewhere" ? far : engine;
  const workspace = await workspaceFor();
  const handle = await startRun(where, each, { workspace });
  await each.drive?.(handle);
  return rowOf(each, workspace, handle);
}

async function runInSession(each: Cause): Promise<Row> {
  const { connection } = engine.client;
  const client = await createHeddleClient({ connection, taskQueue: engine.taskQueue });
  const session = `matrix-${randomUUID()}`;
  const workspace = await workspaceFor();
  const handle = await startRun(engine, each, { workspace, session });
  await untilWaiting(handle, "it");
  await client.session(session).end({ onEnd: "cancel" });
  return rowOf(each, workspace, handle);
}

/** All of them under one worker, which is killed once each is where it has to be; another one goes on. */
async function runKilled(causes: readonly Cause[]): Promise<readonly Row[]> {
  const plans: readonly Plan[] = causes.map(({ document }) => planOf(document));
  const address = inject("temporalAddress");
  const program: WorkerProgram = {
    address,
    taskQueue: uniqueTaskQueue("matrix-killed"),
    dataDir: join(folder, "worker"),
    bundlePath: inject("workflowBundlePath"),
    functions: [FIRING],
    plans,
  };
  const file = join(folder, "worker.json");
  await writeFile(file, JSON.stringify(program));
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  let worker = await startWorker(file);
  try {
    const begun = await Promise.all(
      causes.map(async (each, index) => {
        const workspace = await workspaceFor();
        const handle = await client.workflow.start(plans[index]?.name ?? "", {
          taskQueue: program.taskQueue,
          workflowId: randomUUID(),
          args: [null, { workspace }],
        });
        await each.lead?.(handle);
        return { each, workspace, handle };
      }),
    );
    await Promise.all(begun.map((run) => untilThere(run.each, run.workspace, run.handle)));
    await kill(worker);
    worker = await startWorker(file);
    return await Promise.all(
      begun.map(async ({ each, workspace, handle }) => {
        await each.drive?.(handle);
        return rowOf(each, workspace, handle);
      }),
    );
  } finally {
    await kill(worker);
    await connection.close();
  }
}

async function untilThere(each: Cause, workspace: string, handle: WorkflowHandle): Promise<void> {
  const { until = "" } = each;
  if (!POINTS.has(until)) {
    await untilStep(handle, until);
    // The step runs here from its report on; what it leaves shows that its command does.
    if (until !== "it") return;
  }
  await vi.waitFor(() => {
    expect(existsSync(join(workspace, "held"))).toBe(true);
  }, WAIT);
}

async function startWorker(file: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

it(
  "fires the hooks of a step and its run in this order, so often, for each cause",
  async () => {
    // Those that are killed mostly wait until that is noticed.
    const [killed, others] = await Promise.all([
      runKilled(CAUSES.filter(({ how }) => how === "killed")),
      Promise.all(
        CAUSES.filter(({ how }) => how !== "killed").map((each) =>
          each.how === "session" ? runInSession(each) : runHere(each),
        ),
      ),
    ]);
    const rows = new Map([...killed, ...others].map((row) => [row.cause, row]));

    await expect(renderPage(rows)).toMatchFileSnapshot(PAGE);
  },
  LIMIT_MS,
);

function renderPage(rows: ReadonlyMap<string, Row>): string {
  return [
    "# Causes and hooks",
    "",
    "What happens to a step `it`, and which hooks fire then, in order and how often. Each row is a run on a real server",
    "with one hook at each point of the step and of its run; `WorkflowRollback` is `step.before` with `status:",
    "compensating`. This page is written by `test/workflow/points/matrix.test.ts`, which fails when it differs from what",
    "it sees. After a change: `npx vitest run --project workflow test/workflow/points/matrix.test.ts --update`.",
    "",
    "`×2` at a point means that its hook was started twice: a hook whose worker is killed while it runs is started again,",
    "as any activity is. A hook that had finished is not: its recorded outcome stands.",
    "",
    "| Cause | Fires, in order | The run |",
    "| --- | --- | --- |",
    ...CAUSES.map(({ cause }) => {
      const { fired = [], ending = "never ran" } = rows.get(cause) ?? {};
      return `| ${cause} | ${renderFired(fired)} | ${ending} |`;
    }),
    "",
  ].join("\n");
}

/** What fires several times in a row is told once, with a count. */
function renderFired(fired: readonly string[]): string {
  const groups: { readonly point: string; count: number }[] = [];
  for (const point of fired) {
    const last = groups.at(-1);
    if (last?.point === point) last.count += 1;
    else groups.push({ point, count: 1 });
  }
  return groups
    .map(({ point, count }) => `\`${point}\`${count === 1 ? "" : ` ×${String(count)}`}`)
    .join(" → ");
}
