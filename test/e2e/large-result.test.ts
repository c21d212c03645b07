/** Several MiB through the whole platform: as a run's input, between its steps, and as the result that a script reads. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";

import type { RunReport } from "../../src/client/index.ts";
import { createCli, type Cli, type CliProcess } from "../support/cli.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";
import { uniqueTaskQueue } from "../support/temporal.ts";

let folder: string;
let database: TestDatabase;
let cli: Cli;
let worker: CliProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-large-"));
  database = await createEmptyDatabase();
  cli = createCli({
    cwd: folder,
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: inject("temporalAddress"),
      HEDDLE_TASK_QUEUE: uniqueTaskQueue("large"),
    },
  });
  expect((await cli.run("db", "migrate")).exitCode).toBe(0);
  worker = cli.start("worker");
  await worker.untilSaid("worker polls");
});
afterAll(async () => {
  await worker.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

it("a run gives a result of several MiB, and `run start --wait --json` prints it whole", async () => {
  const print = 'process.stdout.write(JSON.stringify("x".repeat(700_000)))';
  const pattern = {
    heddle: "v1",
    name: "large",
    version: "1.0.0",
    steps: {
      parts: {
        foreach: { items: [0, 1, 2, 3, 4] },
        run: [process.execPath, "-e", print],
        output: "${{ output.json }}",
      },
    },
    output: { parts: "${{ steps.parts.output }}", input: "${{ input }}" },
  };
  const input = "y".repeat(500_000);
  await writeFile(join(folder, "large.json"), JSON.stringify(pattern));
  await writeFile(join(folder, "input.json"), JSON.stringify(input));

  const { exitCode, stdout, stderr } = await cli.run(
    ...["run", "start", "large.json", "--input", "input.json", "--wait", "--json"],
  );

  expect(exitCode, stderr).toBe(0);
  const report = JSON.parse(stdout) as RunReport; // as: what the command prints
  expect(report.output).toEqual({ parts: Array(5).fill("x".repeat(700_000)), input });
});
