/** `heddle dev` and `run start --dev` on a folder of their own, with no server named by anybody. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { RunReport } from "../../src/client/index.ts";
import { createCli, type Cli } from "../support/cli.ts";

const ECHO = `
heddle: v1
name: echo
version: 1.0.0
output: "\${{ steps.say.output.stdout }}"
steps:
  say: { run: [echo, hi] }
`;
const ELSEWHERE = `
heddle: v1
name: elsewhere
version: 1.0.0
output: "\${{ steps.say.output.stdout }}"
agents: { speaker: { handler: { command: [echo, '"from afar"'] }, taskQueue: far-away } }
steps:
  near: { agent: speaker }
  say: { run: [echo, done], needs: [near], taskQueue: further-away }
`;

let folder: string;
let cli: Cli;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-dev-"));
  await writeFile(join(folder, "echo.yaml"), ECHO);
  await writeFile(join(folder, "elsewhere.yaml"), ELSEWHERE);
  const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _server, ...env } = process.env;
  cli = createCli({
    cwd: folder,
    env: {
      ...env,
      HEDDLE_POSTGRES_PORT: "0",
      HEDDLE_TEMPORAL_PORT: "0",
      HEDDLE_UI_PORT: "0",
    },
  });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("dev --examples --demo --once reviews this clone, prints the run as its last line, and leaves nothing running", async () => {
  const { exitCode, stdout, stderr } = await cli.run("dev", "--examples", "--demo", "--once");

  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as RunReport;
  expect(report).toMatchObject({
    status: "succeeded",
    output: { verdict: expect.anything() as unknown },
  });
  expect(report.steps.map(({ id }) => id)).toContain("report");
  expect(report.hooks.map(({ name }) => name)).toContain("resolve-repository");
  expect(stderr).toContain("registered change-review");
  expect(stderr).toContain(report.url);
  expect(exitCode).toBe(0);
  expect(await recordsIn(folder)).toEqual([]);
});

test("dev serves other commands of its folder, polls the queues that patterns name, and stops on SIGTERM", async () => {
  const dev = cli.start("dev");
  await dev.untilSaid("Heddle is up");

  const doctor = await cli.run("doctor");
  const here = await cli.run("run", "start", "echo.yaml", "--wait", "--json");
  const elsewhere = await cli.run("run", "start", "elsewhere.yaml", "--wait", "--json");
  const second = await cli.run("dev");
  const { exitCode } = await dev.stop("SIGTERM");
  const after = await cli.run("run", "start", "echo", "--json");

  expect(doctor.exitCode).toBe(0);
  expect(JSON.parse(here.stdout)).toMatchObject({ status: "succeeded", output: "hi\n" });
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ status: "succeeded", output: "done\n" });
  expect(second.exitCode).toBe(2);
  expect(second.stderr).toContain("STACK_RUNNING");
  expect(exitCode).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({ error: { code: "NO_SERVER" } });
  expect(after.exitCode).toBe(2);
  expect(await recordsIn(folder)).toEqual([]);
});

test("run start --dev starts a stack for one run; two at once take turns", async () => {
  const [first, second] = await Promise.all([
    cli.run("run", "start", "echo.yaml", "--wait", "--json", "--dev"),
    cli.run("run", "start", "echo.yaml", "--wait", "--json", "--dev"),
  ]);

  for (const { exitCode, stdout, stderr } of [first, second]) {
    const report = JSON.parse(stdout) as RunReport;
    expect(report, stderr).toMatchObject({ status: "succeeded", steps: [{ id: "say" }] });
    expect(exitCode).toBe(0);
  }
  expect(await recordsIn(folder)).toEqual([]);
});

/** What tells of servers that run, or that were left behind. */
async function recordsIn(place: string): Promise<readonly string[]> {
  const files = await readdir(join(place, ".heddle"));
  return files.filter((name) => name.endsWith(".json") || name.endsWith(".lock"));
}
