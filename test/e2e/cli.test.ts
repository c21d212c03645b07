/** The commands against real services: what scripts and people rely on, exit codes and JSON included. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { RunReport } from "../../src/client/index.ts";
import { createCli, type Cli, type CliProcess } from "../support/cli.ts";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";
import { uniqueTaskQueue } from "../support/temporal.ts";

const GREET = `
heddle: v1
name: greet
version: 1.0.0
input: { type: object, properties: { who: { type: string, default: world } } }
output: { said: "\${{ steps.say.output.stdout }}" }
hooks:
  - { name: watcher, on: step.before, handler: { command: [cat] } }
steps:
  say: { run: [echo, "hello \${{ input.who }}"] }
  left: { run: ["true"], needs: [say], if: "\${{ input.who == 'nobody' }}" }
`;
const FAIL = `
heddle: v1
name: broken
version: 1.0.0
steps:
  boom: { run: ["false"], retry: { maximumAttempts: 1 } }
`;
const GATE = `
heddle: v1
name: gate
version: 1.0.0
output: "\${{ steps.ask.output }}"
steps:
  ask: { approval: { prompt: "Ship it?", timeout: 1h, default: deny } }
`;
const LARGE = `
heddle: v1
name: large
version: 1.0.0
output: "\${{ steps.write.output }}"
steps:
  write: { run: [node, -e, "console.log('x'.repeat(100000))"] }
`;
const STEER = `
heddle: v1
name: steer
version: 1.0.0
steps:
  slow: { run: [sleep, "60"], output: "\${{ output.stdout }}" }
  hold: { waitFor: { event: go, timeout: 1h } }
  last: { needs: [slow, hold], join: noneFailed, run: [echo, "\${{ string(steps.slow.output) }}"] }
output: "\${{ steps.last.output.stdout }}"
`;
const CALLER = `
heddle: v1
name: caller
version: 1.0.0
steps:
  go: { pattern: "called@^1.0.0", with: { who: child } }
`;
const CONTRACT = `
heddle: v1
name: contract
version: 1.0.0
input: { type: object, properties: { who: { type: array } } }
output: { all: "\${{ steps.all.output }}" }
hooks:
  - { name: watcher, on: step.before, match: { kind: run }, handler: { command: [cat] } }
steps:
  all:
    run: [echo, "\${{ item }}"]
    foreach: { items: "\${{ input.who }}" }
    output: "\${{ output.stdout }}"
  never: { set: { a: 1 }, needs: [all], if: "\${{ size(input.who) == 0 }}" }
`;
const CYCLE = `
heddle: v1
name: cyclic
version: 1.0.0
steps:
  a: { run: ["true"], needs: [b] }
  b: { run: ["true"], needs: [a] }
`;

/** Each question is a process of its own, and the server lists what happened a moment later. */
const PATIENT = { timeout: 120_000 };

let folder: string;
let database: TestDatabase;
let cli: Cli;
let worker: CliProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-cli-"));
  database = await createEmptyDatabase();
  cli = createCli({
    cwd: folder,
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: inject("temporalAddress"),
      HEDDLE_WEB_URL: "http://ui.test",
      HEDDLE_TASK_QUEUE: uniqueTaskQueue("cli"),
    },
  });
  const files = { greet: GREET, fail: FAIL, gate: GATE, steer: STEER, cycle: CYCLE };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.yaml`), text);
  }

  const before = await cli.run("doctor", "--json");
  expect(before.exitCode).toBe(1);
  expect(brokenLinks(before.stdout)).toEqual(["migrations", "worker"]);

  const mended = await cli.run("doctor", "--fix", "--json");
  expect(brokenLinks(mended.stdout)).toEqual(["worker"]);

  worker = cli.start("worker");
  await worker.untilSaid("worker polls");
});

afterAll(async () => {
  const { exitCode } = await worker.stop();
  await database.drop();
  await rm(folder, { recursive: true });
  expect(exitCode).toBe(0);
});

function brokenLinks(stdout: string): readonly string[] {
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean }[] };
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

function reportOf({ stdout }: { readonly stdout: string }): RunReport {
  return JSON.parse(stdout) as RunReport;
}

test("doctor exits 0 once a worker answers, and migrating again changes nothing", async () => {
  const { exitCode, stdout } = await cli.run("doctor", "--json");
  const migrated = await cli.run("db", "migrate", "--json");

  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  expect(exitCode).toBe(0);
  expect(JSON.parse(migrated.stdout)).toEqual({ applied: [] });
});

describe("run start with a file", () => {
  test("validates, registers and runs it, and reports every step and hook", async () => {
    const result = await cli.run(
      ...["run", "start", "greet.yaml", "--input", '{"who":"you"}', "--wait", "--json"],
    );

    const report = reportOf(result);
    expect(report).toMatchObject({ status: "succeeded", output: { said: "hello you\n" } });
    expect(report.url).toBe(
      `http://ui.test/namespaces/default/workflows/${report.workflowId}/${report.runId}`,
    );
    expect(report.steps).toMatchObject([
      { id: "say", kind: "run", status: "succeeded", attempts: 1 },
      { id: "left", status: "skipped", finishedAt: expect.anything() as string },
    ]);
    expect(report.hooks).toMatchObject([
      { point: "step.before", step: "say", name: "watcher", outcome: "continue" },
    ]);
    expect(result.exitCode).toBe(0);
  });

  test("takes the input from stdin, and the schema's default without one", async () => {
    const piped = await cli.runWith(
      '{"who":"pipe"}',
      ...["run", "start", "greet.yaml", "--input", "-", "--wait", "--json"],
    );
    const bare = await cli.run("run", "start", "greet.yaml", "--wait", "--json");

    expect(reportOf(piped).output).toEqual({ said: "hello pipe\n" });
    expect(reportOf(bare).output).toEqual({ said: "hello world\n" });
  });

  test("prints an output that travelled as a reference as what it is", async () => {
    await writeFile(join(folder, "large.yaml"), LARGE);

    const result = await cli.run("run", "start", "large.yaml", "--wait", "--json");

    const { status, output } = reportOf(result);
    expect(status).toBe("succeeded");
    expect(output).toMatchObject({ stdout: `${"x".repeat(100_000)}\n` });
  });

  test("runs edited content under the same version, and leaves what was registered alone", async () => {
    await cli.run("pattern", "register", "greet.yaml");
    await writeFile(join(folder, "edited.yaml"), GREET.replace("hello", "goodbye"));

    const edited = await cli.run("run", "start", "edited.yaml", "--wait", "--json");
    const refused = await cli.run("pattern", "register", "edited.yaml", "--json");
    const byName = await cli.run("run", "start", "greet", "--wait", "--json");

    expect(reportOf(edited).output).toEqual({ said: "goodbye world\n" });
    expect(edited.stderr).toMatch(/runs as 1\.0\.0-dev-[0-9a-f]{12}/);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: "PATTERN_VERSION_CONFLICT" },
    });
    expect(refused.exitCode).toBe(1);
    expect(reportOf(byName).output).toEqual({ said: "hello world\n" });
  });

  test("refuses a document with all its issues, exits 2 and starts nothing", async () => {
    const { exitCode, stdout } = await cli.run("run", "start", "cycle.yaml", "--wait", "--json");

    expect(JSON.parse(stdout)).toMatchObject({
      status: "refused",
      issues: [{ code: "cycle", severity: "error" }],
    });
    expect(exitCode).toBe(2);
  });

  test("refuses one that calls a pattern which is not registered, until it is", async () => {
    await writeFile(join(folder, "caller.yaml"), CALLER);

    const refused = await cli.run("run", "start", "caller.yaml", "--wait", "--json");
    await writeFile(join(folder, "called.yaml"), GREET.replace("name: greet", "name: called"));
    await cli.run("pattern", "register", "called.yaml");
    const started = await cli.run("run", "start", "caller.yaml", "--wait", "--json");

    expect(JSON.parse(refused.stdout)).toMatchObject({
      status: "refused",
      issues: [{ code: "unknown-pattern", severity: "error", path: "steps.go.pattern", line: 6 }],
    });
    expect(refused.exitCode).toBe(2);
    expect(reportOf(started)).toMatchObject({
      status: "succeeded",
      output: { go: { said: "hello child\n" } },
    });
  });

  test("prints every key that scripts rely on", async () => {
    await writeFile(join(folder, "contract.yaml"), CONTRACT);
    await writeFile(join(folder, "input.json"), '{"who":["a","b"]}');

    const { stdout, exitCode } = await cli.run(
      ...["run", "start", "contract.yaml", "--input", "input.json", "--wait", "--json"],
    );

    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const ran = { status: "succeeded", startedAt: moment, finishedAt: moment, attempts: 1 };
    const report = reportOf({ stdout });
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(report).toMatchObject({
      runId: expect.any(String) as string,
      workflowId: expect.any(String) as string,
      status: "succeeded",
      output: { all: ["a\n", "b\n"] },
      url: expect.stringContaining("http://ui.test/") as string,
      hooks: [
        { point: "step.before", step: "all", name: "watcher", outcome: "continue" },
        { point: "step.before", step: "all", name: "watcher", outcome: "continue" },
      ],
    });
    expect(report).not.toHaveProperty("error");
    expect(report.steps).toHaveLength(4);
    expect(report.steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "all", instance: "0", ...ran }),
        expect.objectContaining({ id: "all", instance: "1", ...ran }),
        expect.objectContaining({ id: "all", status: "succeeded" }),
        expect.objectContaining({
          id: "never",
          status: "skipped",
          finishedAt: moment,
          reason: expect.any(String) as string,
        }),
      ]),
    );
    expect(report.steps.filter(({ id }) => id === "all").map(({ instance }) => instance)).toEqual(
      expect.arrayContaining([undefined, "0", "1"]),
    );
    for (const { ms } of report.hooks) expect(ms).toBeGreaterThanOrEqual(0);
    expect(exitCode).toBe(0);
  });

  test("exits 1 with the failure's type when the run fails", async () => {
    const result = await cli.run("run", "start", "fail.yaml", "--wait", "--json");

    const report = reportOf(result);
    expect(report).toMatchObject({ status: "failed", output: null, error: { type: "StepFailed" } });
    expect(report.steps).toMatchObject([{ id: "boom", status: "failed" }]);
    expect(result.exitCode).toBe(1);
  });
});

describe("run start with a name", () => {
  test("that nobody registered fails the run with PatternNotFound", async () => {
    const result = await cli.run("run", "start", "nowhere", "--wait", "--json");

    expect(reportOf(result)).toMatchObject({
      status: "failed",
      error: { type: "PatternNotFound" },
      steps: [],
    });
    expect(result.exitCode).toBe(1);
  });

  test("and an input that does not fit fails the run with InputInvalid", async () => {
    await cli.run("pattern", "register", "greet.yaml");

    const result = await cli.run(
      ...["run", "start", "greet", "--input", '{"who":5}', "--wait", "--json"],
    );

    expect(reportOf(result)).toMatchObject({ status: "failed", error: { type: "InputInvalid" } });
    expect(result.exitCode).toBe(1);
  });
});

describe("a run that waits for a person", () => {
  test("is watched, approved and reported", async () => {
    await cli.run("run", "start", "gate.yaml", "--id", "gate-yes");
    const watching = cli.start("run", "watch", "gate-yes", "--json");
    await watching.untilSaid("Ship it?");

    const approved = await cli.run("run", "approve", "gate-yes", "--by", "me", "--json");
    const watched = await watching.result;

    expect(JSON.parse(approved.stdout)).toMatchObject({ approval: "ask", decision: "approve" });
    expect(reportOf(watched)).toMatchObject({ status: "succeeded" });
    expect(watched.exitCode).toBe(0);
  });

  test("can be cancelled; its result and its listing say so", async () => {
    await cli.run("run", "start", "gate.yaml", "--id", "gate-no", "--label", "e2e");
    const watching = cli.start("run", "watch", "gate-no", "--json");
    await watching.untilSaid("Ship it?");

    const cancelled = await cli.run("run", "cancel", "gate-no");
    const result = await cli.run("run", "result", "gate-no", "--json");
    const shown = await cli.run("run", "show", "gate-no", "--json");
    const watched = await watching.result;

    expect(watched.exitCode).toBe(1);
    expect(cancelled.exitCode).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ status: "cancelled" });
    expect(result.exitCode).toBe(1);
    expect(reportOf(shown)).toMatchObject({
      status: "cancelled",
      steps: [{ id: "ask", status: "cancelled" }],
    });
    await expect
      .poll(async () => {
        const { stdout } = await cli.run(
          ...["run", "list", "--label", "e2e", "--status", "cancelled", "--json"],
        );
        return (JSON.parse(stdout) as { workflowId: string }[]).map((run) => run.workflowId);
      }, PATIENT)
      .toEqual(["gate-no"]);
  });

  test("that does not exist is named, with exit code 1", async () => {
    for (const verb of ["show", "watch", "result", "cancel"]) {
      const { exitCode, stdout } = await cli.run("run", verb, "no-such-run", "--json");

      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "RUN_NOT_FOUND" } });
      expect(exitCode).toBe(1);
    }
  });
});

describe("a run that somebody steers", () => {
  test("is paused, its steps completed and skipped, and resumed; show says who did it", async () => {
    await cli.run("run", "start", "steer.yaml", "--id", "steer-1");
    const pause = ["run", "pause", "steer-1"];
    await expect.poll(async () => (await cli.run(...pause)).exitCode, PATIENT).toBe(0);
    const complete = ["run", "complete", "steer-1", "slow", "--output", "7", "--by", "ann"];
    await expect.poll(async () => (await cli.run(...complete)).exitCode, PATIENT).toBe(0);
    const skipped = await cli.run(
      ...["run", "skip", "steer-1", "hold", "--reason", "not today", "--by", "bob", "--json"],
    );
    const resumed = await cli.run("run", "resume", "steer-1", "--json");
    const result = await cli.run("run", "result", "steer-1", "--json");
    const shown = await cli.run("run", "show", "steer-1");

    expect(JSON.parse(skipped.stdout)).toMatchObject({ workflowId: "steer-1", step: "hold" });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ signal: "resume", sent: true });
    expect(JSON.parse(result.stdout)).toMatchObject({ output: "7\n" });
    expect(shown.stdout).toContain("[complete by ann]");
    expect(shown.stdout).toContain("not today  [skip by bob]");
  });

  test("is forked, which leaves the first one as it was", async () => {
    await cli.run(
      "run",
      "start",
      "greet.yaml",
      "--input",
      '{"who":"fork"}',
      "--id",
      "one",
      "--wait",
    );

    const forked = await cli.run("run", "fork", "one", "--id", "two", "--json");
    const result = await cli.run("run", "result", "two", "--json");

    expect(JSON.parse(forked.stdout)).toMatchObject({ workflowId: "two", forkOf: "one" });
    expect(JSON.parse(result.stdout)).toMatchObject({ output: { said: "hello fork\n" } });
  });

  test("is run again as a whole once it failed, and takes no orders then", async () => {
    await cli.run("run", "start", "fail.yaml", "--id", "again", "--wait");

    const step = await cli.run("run", "retry", "again", "boom", "--json");
    const whole = await cli.run("run", "retry", "again", "--json");
    const result = await cli.run("run", "result", "again", "--json");

    expect(JSON.parse(step.stdout)).toMatchObject({ error: { code: "RUN_NOT_FOUND" } });
    expect(step.exitCode).toBe(1);
    expect(JSON.parse(whole.stdout)).toMatchObject({ how: "reset", step: "boom" });
    expect(JSON.parse(result.stdout)).toMatchObject({ status: "failed" });
  });
});

describe("registered patterns", () => {
  test("A18: register gives active, the same again changes nothing, archive retires it", async () => {
    const version = GREET.replace("name: greet", "name: kept");
    await writeFile(join(folder, "kept.yaml"), version);

    const first = await cli.run("pattern", "register", "kept.yaml", "--json");
    const again = await cli.run("pattern", "register", "kept.yaml", "--json");
    const archived = await cli.run("pattern", "archive", "kept@1.0.0", "--json");
    const gone = await cli.run("pattern", "show", "kept", "--json");

    expect(JSON.parse(first.stdout)).toEqual({
      name: "kept",
      version: "1.0.0",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      status: "active",
      created: true,
    });
    expect(JSON.parse(again.stdout)).toMatchObject({ created: false });
    expect(JSON.parse(archived.stdout)).toMatchObject({ status: "archived" });
    expect(JSON.parse(gone.stdout)).toMatchObject({ error: { code: "PATTERN_NOT_FOUND" } });
    expect(gone.exitCode).toBe(1);
  });

  test("are listed, shown and drawn", async () => {
    await cli.run("pattern", "register", "greet.yaml");

    const listed = await cli.run("pattern", "list", "--json");
    const shown = await cli.run("pattern", "show", "greet@1.0.0", "--json");
    const drawn = await cli.run("pattern", "graph", "greet");

    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ name: "greet", status: "active" }),
    );
    expect(JSON.parse(shown.stdout)).toMatchObject({
      name: "greet",
      definition: { name: "greet" },
    });
    expect(drawn.stdout).toMatch(/^ {2}say --> left$/m);
  });
});

describe("sessions", () => {
  test("are started, group runs, are shown and ended", async () => {
    await cli.run("session", "start", "team", "--state", '{"budget":10}');
    await cli.run("run", "start", "greet.yaml", "--session", "team", "--wait");

    const shown = await cli.run("session", "show", "team", "--json");
    const ended = await cli.run("session", "end", "team", "--json");

    expect(JSON.parse(shown.stdout)).toMatchObject({
      session: "team",
      status: "active",
      state: { budget: 10 },
      runs: [{ pattern: "greet" }],
    });
    expect(ended.exitCode).toBe(0);
    await expect
      .poll(async () => (await cli.run("session", "end", "team", "--json")).stdout, PATIENT)
      .toContain("SESSION_NOT_FOUND");
  });
});
