/**
 * The dev stack with its real servers, and what happens to people: they start it twice, kill it, lose power to a part of it,
 * have the port in use or a damaged data folder. Their data must be there afterwards.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Connection } from "@temporalio/client";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findStackOwner, missingSearchAttributes } from "../../src/devstack/index.ts";
import { waitUntil } from "../../src/devstack/wait-until.ts";

interface Stack {
  readonly process: ChildProcess;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly uiUrl: string;
  readonly said: () => string;
}

interface Attempt {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly firstLine: Promise<string | undefined>;
}

/** `temporal.api.enums.v1.WorkflowExecutionStatus`, which the client package does not export. */
const RUNNING = 1;

let dataDir: string;
const attempts: Attempt[] = [];

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), "heddle-stack-")), ".heddle");
});

afterEach(async () => {
  await Promise.all(attempts.splice(0).map(({ process }) => end(process, "SIGTERM")));
  // A stack that a test has killed leaves its servers: the next start on the folder takes them over and ends them.
  if (await hasRecords()) await end((await start()).process, "SIGTERM");
  expect(await hasRecords()).toBe(false);
  await rm(resolve(dataDir, ".."), { recursive: true });
});

test("starts everything on an empty folder, and ends everything on SIGTERM", async () => {
  const stack = await start();

  expect(await query(stack, "select current_database() as name")).toEqual([{ name: "heddle" }]);
  expect(await missingAttributes(stack)).toEqual([]);
  expect((await fetch(stack.uiUrl)).status).toBe(200);
  expect(findStackOwner(dataDir)).toBe(stack.process.pid);

  expect(await end(stack.process, "SIGTERM")).toBe(0);

  await expect(query(stack, "select 1")).rejects.toThrow("ECONNREFUSED");
  await expect(fetch(stack.uiUrl)).rejects.toThrow();
  expect(findStackOwner(dataDir)).toBeUndefined();
  expect(await readdir(dataDir)).toEqual(["logs", "postgres", "temporal"]);
});

test("keeps data and histories over a kill -9 of the stack, whose servers the next start replaces", async () => {
  const first = await start();
  await query(first, "create table kept (id int)");
  await startWorkflow(first, "kept-run");
  await end(first.process, "SIGKILL");

  const second = await start();

  expect(second.said()).toContain("Stopped the PostgreSQL server that an earlier, killed start");
  expect(second.said()).toContain("Stopped the Temporal server that an earlier, killed start");
  expect(await query(second, "select * from kept")).toEqual([]);
  expect(await runStatus(second, "kept-run")).toBe("RUNNING");
});

test("keeps data over a kill -9 of the servers themselves, and reports their loss", async () => {
  const first = await start();
  await query(first, "create table kept (id int)");
  for (const name of ["postgres", "temporal"]) process.kill(await recordedPid(name), "SIGKILL");
  await waitFor(() => (first.said().match(/SERVER_LOST/g) ?? []).length === 2);
  await end(first.process, "SIGKILL");

  const second = await start();

  expect(await query(second, "select * from kept")).toEqual([]);
});

test("starts although PostgreSQL's pid file names a process id that is now another program's", async () => {
  const first = await start();
  await end(first.process, "SIGTERM");
  const lines = [process.pid, join(dataDir, "postgres"), 1, 54_329, "", "127.0.0.1", 0, "ready"];
  await writeFile(join(dataDir, "postgres", "postmaster.pid"), `${lines.join("\n")}\n`);

  const second = await start();

  expect(await query(second, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("does not end a program that has got the process id of a server that is gone", async () => {
  const bystander = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: "pipe" });
  await once(bystander, "spawn");
  await mkdir(dataDir, { recursive: true });
  await writeFile(
    join(dataDir, "postgres.json"),
    JSON.stringify({ pid: bystander.pid, startedAt: "long ago" }),
  );

  await start();

  expect(bystander.exitCode).toBeNull();
  expect(bystander.signalCode).toBeNull();
  bystander.kill();
});

test("refuses a second stack on the same folder and names the process of the first", async () => {
  const first = await start();

  const second = launch();

  expect(await exitCode(second.process)).toBe(1);
  expect(second.said()).toContain(`already runs on ${dataDir}: process ${first.process.pid}`);
  expect(second.said()).toContain("HEDDLE_DATA_DIR");
  expect(await query(first, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("starts after an initdb that was interrupted", async () => {
  await mkdir(join(dataDir, "postgres.new-4711"), { recursive: true });
  await writeFile(join(dataDir, "postgres.new-4711", "PG_VERSION"), "18");

  const stack = await start();

  expect(await query(stack, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await readdir(dataDir)).not.toContain("postgres.new-4711");
});

test("says what to do with a data folder that is damaged, and deletes nothing", async () => {
  await end((await start()).process, "SIGTERM");
  const folder = join(dataDir, "postgres");
  const before = await readdir(folder, { recursive: true });

  for (const [file, damage] of [
    ["global/pg_control", undefined],
    ["global/pg_control", "not what it was"],
    ["PG_VERSION", "12\n"],
  ] as const) {
    const path = join(folder, file);
    const sound = await readFile(path);
    await (damage === undefined ? rm(path) : writeFile(path, damage));

    const stack = launch();

    expect(await exitCode(stack.process)).toBe(1);
    expect(stack.said()).toContain(`mv "${folder}"`);
    expect(stack.said()).toContain("DATABASE_URL");
    expect(await hasRecords()).toBe(false);
    await writeFile(path, sound);
    expect(await readdir(folder, { recursive: true })).toEqual(expect.arrayContaining(before));
  }
});

test("says what to do with a damaged Temporal database", async () => {
  await mkdir(join(dataDir, "temporal"), { recursive: true });
  await writeFile(join(dataDir, "temporal", "temporal.db"), "this is no database ".repeat(1000));

  const stack = launch();

  expect(await exitCode(stack.process)).toBe(1);
  expect(stack.said()).toContain("The Temporal server did not start");
  expect(stack.said()).toContain(`mv "${dataDir}/temporal"`);
});

test("ends what it has started so far when it is interrupted during the start", async () => {
  const stack = launch();
  await waitFor(() => hasRecords());

  stack.process.kill("SIGINT");
  await exitCode(stack.process);

  expect(await hasRecords()).toBe(false);
  expect(findStackOwner(dataDir)).toBeUndefined();
});

test("uses the next free port when the usual one is taken", async () => {
  const occupied = createServer().on("error", () => undefined);
  // Taken already by some other stack on this machine is as good for this test.
  await new Promise<void>((resolve) => {
    occupied.once("listening", resolve).once("error", () => {
      resolve();
    });
    occupied.listen(54_329, "127.0.0.1");
  });

  const stack = await start();

  expect(stack.said()).toContain("Port 54329 is in use: PostgreSQL listens on");
  expect(new URL(stack.databaseUrl).port).not.toBe("54329");
  occupied.close();
});

function launch(): Attempt {
  const program = resolve(import.meta.dirname, "../support/devstack-program.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const firstLine = new Promise<string | undefined>((resolveLine) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("\n")) resolveLine(output.split("\n")[0]);
    });
    child.once("close", () => {
      resolveLine(undefined);
    });
  });
  const attempt = { process: child, said: () => said, firstLine };
  attempts.push(attempt);
  return attempt;
}

async function start(): Promise<Stack> {
  const attempt = launch();
  const line = await attempt.firstLine;
  if (line === undefined) throw new Error(`The stack did not start:\n${attempt.said()}`);
  return { ...attempt, ...(JSON.parse(line) as Omit<Stack, "process" | "said">) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return exitCode(child);
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return child.exitCode;
}

async function hasRecords(): Promise<boolean> {
  const names = await readdir(dataDir).catch(() => []);
  return names.some((name) => name === "postgres.json" || name === "temporal.json");
}

async function recordedPid(name: string): Promise<number> {
  const record: unknown = JSON.parse(await readFile(join(dataDir, `${name}.json`), "utf8"));
  return (record as { pid: number }).pid;
}

async function waitFor(holds: () => boolean | Promise<boolean>): Promise<void> {
  const met = await waitUntil(async () => ((await holds()) ? true : undefined), {
    timeoutMs: 60_000,
  });
  expect(met).toBe(true);
}

async function query(stack: Stack, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

async function missingAttributes(stack: Stack): Promise<string[]> {
  return withConnection(stack, (connection) => missingSearchAttributes(connection, "default"));
}

/** Nobody polls the queue, so the run stays as it is: what counts is that it is still known. */
async function startWorkflow(stack: Stack, workflowId: string): Promise<void> {
  await withConnection(stack, ({ workflowService }) =>
    workflowService.startWorkflowExecution({
      namespace: "default",
      workflowId,
      workflowType: { name: "nothing" },
      taskQueue: { name: "nobody" },
      requestId: workflowId,
    }),
  );
}

async function runStatus(stack: Stack, workflowId: string): Promise<string> {
  const found = await withConnection(stack, ({ workflowService }) =>
    workflowService.describeWorkflowExecution({ namespace: "default", execution: { workflowId } }),
  );
  return Number(found.workflowExecutionInfo?.status) === RUNNING ? "RUNNING" : "other";
}

async function withConnection<T>(
  stack: Stack,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
