/**
 * What is killed with SIGKILL in the middle of a run, and comes back: the worker, the Temporal server, PostgreSQL, the whole
 * dev stack. The run ends right, and each side effect whose result was recorded happens exactly once.
 */
import { writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import type { RunReport } from "../../src/client/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import {
  startPostgres,
  startTemporal,
  type PostgresServer,
  type TemporalServer,
} from "../../src/devstack/index.ts";
import { createCli, type Cli, type CliProcess } from "../support/cli.ts";
import { countLines, linesIn } from "../support/effects-file.ts";
import { failedWorkflowTasks } from "../support/history.ts";

const WAIT = { timeout: 120_000, interval: 50 };
const report = (): void => undefined;

let folder: string;
let effects: string;
let gate: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-crash-"));
  effects = join(folder, "effects");
  gate = join(folder, "gate");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const NAMES = ["s0", "s1", "s2", "hold", "s4", "s5", "s6"];

/** Seven steps in a row, each leaving one line; the one in the middle then waits for a file. */
async function writePattern(
  name: string,
  { heartbeat = "10s", ...more }: JsonObject = {},
): Promise<string> {
  const leave = (step: string): string => `echo ${step} >> ${effects}`;
  const steps = NAMES.map((step, index): readonly [string, JsonObject] => [
    step,
    {
      run:
        step === "hold"
          ? `${leave(step)}; until test -f ${gate}; do sleep 0.05; done`
          : leave(step),
      needs: NAMES.slice(Math.max(0, index - 1), index),
      ...(step === "hold" ? { heartbeat } : {}),
    },
  ]);
  const file = join(folder, `${name}.json`);
  const pattern = {
    heddle: "v1",
    name,
    version: "1.0.0",
    ...more,
    steps: Object.fromEntries(steps),
  };
  await writeFile(file, JSON.stringify(pattern));
  return file;
}

const untilHeld = () =>
  vi.waitFor(() => {
    expect(linesIn(effects)).toContain("hold");
  }, WAIT);

const openGate = (): void => {
  writeFileSync(gate, "");
};

const once = (...except: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(NAMES.filter((name) => !except.includes(name)).map((name) => [name, 1]));

const reportOf = ({ stdout }: { readonly stdout: string }): RunReport =>
  JSON.parse(stdout) as RunReport; // as: what `run ... --json` prints

describe("servers and a worker in processes of their own", () => {
  let servers: string;
  let postgres: PostgresServer;
  let temporal: TemporalServer;
  let cli: Cli;
  let worker: CliProcess;

  beforeAll(async () => {
    servers = await mkdtemp(join(tmpdir(), "heddle-crash-servers-"));
    [postgres, temporal] = await Promise.all([
      startPostgres({ dataDir: servers, port: 0, report }),
      startTemporal({ dataDir: servers, namespace: "default", port: 0, uiPort: 0, report }),
    ]);
    cli = createCli({
      cwd: servers,
      env: {
        ...process.env,
        DATABASE_URL: postgres.url,
        TEMPORAL_ADDRESS: temporal.address,
        HEDDLE_DATA_DIR: join(servers, "data"),
      },
    });
    expect((await cli.run("db", "migrate")).exitCode).toBe(0);
    worker = await startWorker();
  });
  afterAll(async () => {
    await worker.stop();
    await Promise.all([postgres.child.stop(), temporal.child.stop()]);
    await rm(servers, { recursive: true, force: true });
  });

  async function startWorker(): Promise<CliProcess> {
    const started = cli.start("worker");
    await started.untilSaid("worker polls");
    return started;
  }

  /** Starts the run in a command that waits for its end, as a person would. */
  async function startHeld(name: string, more?: JsonObject): Promise<CliProcess> {
    const started = cli.start(
      "run",
      "start",
      await writePattern(name, more),
      "--id",
      name,
      "--json",
    );
    expect((await started.result).exitCode).toBe(0);
    await untilHeld();
    return started;
  }

  async function end(name: string): Promise<RunReport> {
    await cli.run("run", "watch", name);
    return reportOf(await cli.run("run", "show", name, "--json"));
  }

  async function inHistory<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: temporal.address });
    try {
      return await use(new Client({ connection }));
    } finally {
      await connection.close();
    }
  }

  async function expectNoStuckTask(name: string): Promise<void> {
    const history = await inHistory((client) => client.workflow.getHandle(name).fetchHistory());
    expect(failedWorkflowTasks(history)).toEqual([]);
  }

  it("the worker: what had no result yet is done again by the next one, the rest is not", async () => {
    await startHeld("kill-worker");

    await worker.stop("SIGKILL");
    worker = await startWorker();
    // The new attempt leaves its own line; only then both may go on.
    await vi.waitFor(() => {
      expect(countLines(effects)["hold"]).toBe(2);
    }, WAIT);
    openGate();
    const ended = await end("kill-worker");

    expect(ended.status).toBe("succeeded");
    expect(countLines(effects)).toEqual({ ...once("hold"), hold: 2 });
    expect(ended.steps.find(({ id }) => id === "hold")).toMatchObject({ attempts: 2 });
    await expectNoStuckTask("kill-worker");
  });

  it("the Temporal server: the run goes on where it was, every effect exactly once", async () => {
    // The server's own absence must not count as that of the worker, however long it takes to come back.
    await startHeld("kill-temporal", { heartbeat: "4m" });
    const port = Number(temporal.address.split(":")[1]);

    process.kill(temporal.child.identity.pid, "SIGKILL");
    await temporal.child.exited;
    temporal = await startTemporal({
      ...{ dataDir: servers, namespace: "default", report },
      ...{ port, uiPort: Number(new URL(temporal.uiUrl).port) },
    });
    openGate();
    const ended = await end("kill-temporal");

    expect(ended.status).toBe("succeeded");
    expect(countLines(effects)).toEqual(once());
    await expectNoStuckTask("kill-temporal");
  });

  it("PostgreSQL: runs go on without it, new ones wait for it, every effect exactly once", async () => {
    await startHeld("kill-postgres", {
      hooks: [
        {
          name: "witness",
          on: "step.before",
          match: { step: "s4" },
          handler: { command: ["sh", "-c", `echo witness >> ${effects}`] },
        },
      ],
    });

    process.kill(postgres.child.identity.pid, "SIGKILL");
    await postgres.child.exited;
    openGate();
    await inHistory(async ({ workflow }) => {
      await workflow.getHandle("kill-postgres").result();
      expect(countLines(effects)).toEqual({ ...once(), witness: 1 });
      const options = { taskQueue: "heddle", workflowId: "during-outage", args: [null] };
      const second = await workflow.start("kill-postgres", options);
      await vi.waitFor(async () => {
        expect((await second.describe()).historyLength).toBeGreaterThan(2);
      }, WAIT);
    });
    const port = Number(new URL(postgres.url).port);
    postgres = await startPostgres({ dataDir: servers, port, report });

    expect((await end("kill-postgres")).status).toBe("succeeded");
    expect((await end("during-outage")).status).toBe("succeeded");
    expect(countLines(effects)).toEqual(
      Object.fromEntries([...NAMES, "witness"].map((name) => [name, 2])),
    );
    await expectNoStuckTask("kill-postgres");
    await expectNoStuckTask("during-outage");
  });
});

describe("heddle dev", () => {
  let cli: Cli;
  let dev: CliProcess;

  beforeEach(async () => {
    const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _server, ...env } = process.env;
    cli = createCli({
      cwd: folder,
      env: {
        ...env,
        ...{ HEDDLE_POSTGRES_PORT: "0", HEDDLE_TEMPORAL_PORT: "0", HEDDLE_UI_PORT: "0" },
      },
    });
    dev = await startDev();
  });
  afterEach(async () => {
    await dev.stop();
  });

  async function startDev(): Promise<CliProcess> {
    const started = cli.start("dev");
    await started.untilSaid("Heddle is up");
    return started;
  }

  it("killed and started again finishes its run, and restores a session from its last checkpoint", async () => {
    await cli.run("session", "start", "s1", "--state", '{"topic":"crash"}');
    const start = await writePattern("kill-all");
    await cli.run("run", "start", start, "--id", "kill-all", "--session", "s1");
    await untilHeld();

    await dev.stop("SIGKILL");
    dev = await startDev();
    openGate();
    await cli.run("run", "watch", "kill-all");

    expect(reportOf(await cli.run("run", "show", "kill-all", "--json")).status).toBe("succeeded");
    const counts = countLines(effects);
    expect({ ...counts, hold: 1 }).toEqual(once());
    await cli.run("session", "restore", "s1");
    await vi.waitFor(async () => {
      const { stdout } = await cli.run("session", "show", "s1", "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        state: { topic: "crash" },
        stateVersion: 2,
        runs: [{ workflowId: "kill-all", status: "succeeded" }],
      });
    }, WAIT);
  });

  it.each(["postgres", "temporal"])(
    "ends with what was lost and what to do when %s is killed, and the next start goes on",
    async (server) => {
      await cli.run("run", "start", await writePattern("lost"), "--id", "lost");
      await untilHeld();
      const record = await readFile(join(folder, ".heddle", `${server}.json`), "utf8");

      process.kill((JSON.parse(record) as { pid: number }).pid, "SIGKILL"); // as: written by the stack
      const { exitCode, stderr } = await dev.result;
      expect(exitCode).toBe(2);
      expect(stderr).toContain("SERVER_LOST");
      dev = await startDev();
      openGate();
      await cli.run("run", "watch", "lost");

      expect(reportOf(await cli.run("run", "show", "lost", "--json")).status).toBe("succeeded");
      expect({ ...countLines(effects), hold: 1 }).toEqual(once());
    },
  );
});
