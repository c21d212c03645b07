/**
 * Templates as people use them: `pattern new` on every kind and the test it wrote, on a real server; export and import
 * between two databases.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { createCli, type Cli, type CliProcess } from "../support/cli.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";
import { uniqueTaskQueue } from "../support/temporal.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let folder: string;
let databases: { readonly here: TestDatabase; readonly elsewhere: TestDatabase };
let env: NodeJS.ProcessEnv;
let cli: Cli;
let elsewhere: Cli;
let worker: CliProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-templates-"));
  databases = { here: await createEmptyDatabase(), elsewhere: await createEmptyDatabase() };
  env = {
    ...process.env,
    DATABASE_URL: databases.here.url,
    TEMPORAL_ADDRESS: inject("temporalAddress"),
    HEDDLE_TASK_QUEUE: uniqueTaskQueue("templates"),
    HEDDLE_DATA_DIR: join(folder, "data"),
    // What the written tests call.
    HEDDLE: [process.execPath, inject("cliProgram")].join(" "),
  };
  cli = createCli({ cwd: folder, env });
  elsewhere = createCli({ cwd: folder, env: { ...env, DATABASE_URL: databases.elsewhere.url } });
  await cli.run("db", "migrate");
  await elsewhere.run("db", "migrate");
  worker = cli.start("worker");
  await worker.untilSaid("worker polls");
});

afterAll(async () => {
  await worker.stop();
  await databases.here.drop();
  await databases.elsewhere.drop();
  await rm(folder, { recursive: true });
});

interface Verdict {
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Runs the test beside a pattern, as `node --test` does for its author. */
async function runTest(dir: string): Promise<Verdict> {
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap", "pattern.test.mjs"], {
    cwd: join(folder, dir),
    // A runner inside a runner would not say what it found.
    env: { ...env, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await text(child.stdout);
  return {
    passed: Number(/^# pass (\d+)$/m.exec(said)?.[1]),
    failed: [...said.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, title = ""]) => title),
  };
}

async function create(type: string, dir: string): Promise<void> {
  const written = await cli.run("pattern", "new", dir, "--type", type);
  expect(written.exitCode).toBe(0);
}

describe("a new pattern", () => {
  test.each([
    ["supervisor", 3],
    ["hierarchical", 3],
    ["handoff", 4],
    ["swarm", 3],
    ["network", 4],
    ["saga", 3],
    ["circuit_breaker", 2],
  ])("of the kind %s passes its own test of that kind", async (type, tests) => {
    const dir = `new-${type.replace("_", "-")}`;
    await create(type, dir);

    expect(await runTest(dir)).toEqual({ passed: tests, failed: [] });
  });

  test.each([
    {
      type: "supervisor",
      change: "accepts whatever comes back",
      from: "until: steps.judge.output.accepted",
      to: 'until: "true"',
      failed: ["only what was not accepted is sent back, with the reason"],
    },
    {
      type: "saga",
      change: "does not undo what succeeded",
      from: "run: [node, ./steps/cancel.mjs, hotel]",
      to: 'run: ["true"]',
      failed: ["when the last step fails, everything is undone, last first and once each"],
    },
  ])("that $change fails its test", async ({ type, from, to, failed }) => {
    const dir = `broken-${type}`;
    await create(type, dir);
    const file = join(folder, dir, "pattern.yaml");
    const written = await readFile(file, "utf8");
    expect(written).toContain(from);
    await writeFile(file, written.replace(from, to));

    const verdict = await runTest(dir);

    expect(verdict.failed).toEqual(expect.arrayContaining(failed));
  });
});

describe("export and import", () => {
  const A20 = `heddle: v1
name: a20
version: 2.1.0
type: supervisor
parameters:
  timeout: { type: integer, minimum: 1, default: 3600 }
agents:
  worker: { handler: { command: [cat] }, capabilities: [echo], instances: { min: 1, max: 2 } }
coordination: { model: graph_based, timeout: "\${{ parameters.timeout }}s" }
defaults: { retry: { maximumAttempts: 2 } }
hooks:
  - { name: watch, on: step.before, match: { role: worker }, handler: { command: [cat] } }
steps:
  work: { agent: worker, with: { text: "yes", lines: "a\\n b\\n" } }
`;

  test("A20: template export holds name, version, type, agent role, 1 task, parameter timeout 3600", async () => {
    await writeFile(join(folder, "a20.yaml"), A20);
    await cli.run("pattern", "register", "a20.yaml");

    const { stdout, exitCode } = await cli.run("pattern", "export", "a20", "--json");

    expect(exitCode).toBe(0);
    const exported = JSON.parse(stdout) as { readonly steps: object };
    expect(exported).toMatchObject({
      name: "a20",
      version: "2.1.0",
      type: "supervisor",
      agents: { worker: { handler: { command: ["cat"] }, instances: { min: 1, max: 2 } } },
      coordination: { model: "graph_based" },
      parameters: { timeout: { default: 3600 } },
    });
    expect(Object.keys(exported.steps)).toEqual(["work"]);
  });

  test.each([
    ["with parameters, defaults and hooks", "a20", "a20.yaml"],
    ["with hooks that rewrite", "change-review", join(ROOT, "examples/change-review/pattern.yaml")],
    ["from TypeScript", "dependency-report", join(ROOT, "examples/typescript/pattern.ts")],
    ["from a template", "swarm", join(ROOT, "templates/swarm/pattern.yaml")],
  ])("a pattern %s has the same digest where it is imported", async (_what, name, source) => {
    const registered = await cli.run("pattern", "register", source, "--json");
    const original = JSON.parse(registered.stdout) as { readonly digest: string };

    const file = `${name}-exported.yaml`;
    await cli.run("pattern", "export", name, "-o", file);
    const imported = await elsewhere.run("pattern", "register", file, "--json");

    const { digest } = original;
    expect(JSON.parse(imported.stdout)).toMatchObject({ name, digest, created: true });
  });
});
