/** Runs that were started wrong, and commands that behave badly: each ends with a name and a reason, none is stuck. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { isReference, REFERENCE_KEY, type JsonValue } from "../../src/core/index.ts";
import { findTemporal } from "../../src/devstack/temporal-program.ts";
import { endingOf, planOf, runDocument, type TestDocument } from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { failedWorkflowTasks } from "../support/history.ts";
import { isAlive, until } from "../unit/executors/fixtures.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const execute = promisify(execFile);

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "bad-input" });
  await engine.register(
    planOf({
      name: "greet",
      input: { type: "object", required: ["who"], properties: { who: { type: "string" } } },
      steps: { say: { run: ["echo", "hello ${{ input.who }}"] } },
      output: "${{ steps.say.output.stdout }}",
    }),
  );
});
afterAll(() => engine.stop());

interface Ended {
  readonly workflowId: string;
  readonly result?: JsonValue;
  readonly type?: string;
  readonly message?: string;
}

/** Starts a run in a process that knows nothing but `@temporalio/client`. */
async function startPlainly(pattern: string, args: readonly unknown[]): Promise<Ended> {
  const program = `
    import { Client, Connection } from "@temporalio/client";
    const [address, taskQueue, workflowId, pattern, args] = process.argv.slice(1);
    const connection = await Connection.connect({ address });
    const client = new Client({ connection });
    const told = { workflowId };
    try {
      const options = { taskQueue, workflowId, args: JSON.parse(args) };
      told.result = await client.workflow.execute(pattern, options);
    } catch (error) {
      told.type = error.cause?.type;
      told.message = error.cause?.message;
    }
    console.log(JSON.stringify(told));
    await connection.close();`;
  const { stdout } = await execute(
    process.execPath,
    [
      ...["--input-type=module", "-e", program, inject("temporalAddress"), engine.taskQueue],
      ...[`plain-${randomUUID()}`, pattern, JSON.stringify(args)],
    ],
    { cwd: ROOT },
  );
  return JSON.parse(stdout) as Ended; // as: what the program above prints
}

async function expectNoFailedTask(workflowId: string): Promise<void> {
  const history = await engine.client.workflow.getHandle(workflowId).fetchHistory();
  expect(failedWorkflowTasks(history)).toEqual([]);
}

describe("a run that a plain Temporal client starts", () => {
  it("gives the pattern's output", async () => {
    expect(await startPlainly("greet", [{ who: "world" }])).toMatchObject({
      result: "hello world\n",
    });
  });

  it.each([
    ["an unknown pattern", "gret", [{ who: "x" }], "PatternNotFound", 'Did you mean "greet"?'],
    [
      "a version that is not there",
      "greet",
      [{ who: "x" }, { version: "^9" }],
      "PatternNotFound",
      "1.0.0 (active)",
    ],
    ["an input that its schema refuses", "greet", [{ who: 7 }], "InputInvalid", "who"],
    ["no input where one is required", "greet", [], "InputInvalid", "must be object"],
    ["an unknown option", "greet", [{ who: "x" }, { verison: "1" }], "OptionsInvalid", "verison"],
    ["options of the wrong type", "greet", [{ who: "x" }, "fast"], "OptionsInvalid", "object"],
    [
      "hooks that are none",
      "greet",
      [{ who: "x" }, { hooks: [{ on: 1 }] }],
      "OptionsInvalid",
      "hooks",
    ],
  ])(
    "fails with its reason for %s, and has no failed workflow task",
    async (_what, pattern, args, type, says) => {
      const ended = await startPlainly(pattern, args);

      expect(ended).toMatchObject({ type, message: expect.stringContaining(says) as string });
      await expectNoFailedTask(ended.workflowId);
    },
  );

  it("fails with CarryInvalid for a third argument, which only a run that continues may have", async () => {
    const ended = await startPlainly("greet", [{ who: "x" }, null, { format: 1 }]);

    expect(ended.type).toBe("CarryInvalid");
    await expectNoFailedTask(ended.workflowId);
  });
});

it("a run can be started with `temporal workflow start --type NAME`", async () => {
  const { path } = await findTemporal({ dataDir: engine.dataDir, report: () => undefined });
  const workflowId = `cli-${randomUUID()}`;

  await execute(path, [
    ...["workflow", "start", "--type", "greet", "--task-queue", engine.taskQueue],
    ...["--workflow-id", workflowId, "--input", '{"who":"operator"}'],
    ...["--address", inject("temporalAddress")],
  ]);

  expect(await engine.client.workflow.getHandle(workflowId).result()).toBe("hello operator\n");
});

const node = (program: string): readonly string[] => [process.execPath, "-e", program];
const once = { retry: { maximumAttempts: 1 } };

async function runOne(step: TestDocument["steps"][string], output?: string) {
  const ran = await runDocument(engine, {
    steps: { only: { ...once, ...(step as object) } },
    ...(output === undefined ? {} : { output }),
  });
  await expectNoFailedTask(ran.handle.workflowId);
  return ran;
}

describe("a command", () => {
  it("that does not exist fails the step with CommandNotFound and what to do", async () => {
    const { error, steps } = await runOne({ run: ["no-such-program-anywhere"] });

    expect(error?.type).toBe("StepFailed");
    expect(steps["only"]?.error).toMatchObject({
      type: "CommandNotFound",
      message: expect.stringMatching(/"no-such-program-anywhere" was not found.*PATH/) as string,
    });
  });

  it("that prints 100 MB succeeds with its two ends, and says how much was left out", async () => {
    const write = 'process.stdout.write("x".repeat(1e6))';
    const { status, output } = await runOne(
      {
        run: node(
          `let n = 0; const next = () => { while (n++ < 100) if (!${write}) return process.stdout.once("drain", next); }; next();`,
        ),
      },
      "${{ steps.only.output }}",
    );

    expect(status).toBe("succeeded");
    const text = JSON.stringify(await resolved(output));
    expect(text.length).toBeLessThan(3 * 1024 * 1024);
    expect(text).toMatch(/bytes/);
  });

  it("that never ends and ignores TERM is killed at its timeout", async () => {
    const file = join(engine.dataDir, "stubborn");
    const { steps } = await runOne({
      run: ["sh", "-c", `trap '' TERM; echo $$ > ${file}; while :; do sleep 0.1; done`],
      timeout: "1s",
    });

    expect(steps["only"]?.error?.type).toBe("TimedOut");
    const [pid] = linesIn(file);
    await until(() => !isAlive(Number(pid)));
  });

  it("that closes its stdin early is not harmed by the input that it did not read", async () => {
    const { status } = await runOne({
      run: node("process.stdin.destroy()"),
      with: { text: "x".repeat(1_000_000) },
    });

    expect(status).toBe("succeeded");
  });

  it("that prints bytes which are no UTF-8 says so beside its output", async () => {
    const { output } = await runOne(
      { run: node("process.stdout.write(Buffer.from([0x61, 0xff, 0x62]))") },
      "${{ steps.only.output }}",
    );

    expect(output).toMatchObject({ stdout: "a\ufffdb", invalidUtf8: true });
  });

  it("with a NUL character among its arguments fails with a reason", async () => {
    const { steps } = await runOne({ run: ["echo", "a\u0000b"] });

    expect(steps["only"]?.error?.type).toBe("CommandNotStarted");
  });
});

/** What a large output stands for. */
async function resolved(value: JsonValue | undefined): Promise<JsonValue | undefined> {
  return isReference(value) ? engine.registry.getValue(value[REFERENCE_KEY]) : value;
}

it("a role whose function nobody registered fails the step with HandlerNotFound", async () => {
  const ran = await runDocument(engine, {
    agents: { ghost: { handler: { function: "no-such-function" } } },
    steps: { ask: { ...once, agent: "ghost" } },
  });

  expect(ran.steps["ask"]?.error).toMatchObject({
    type: "HandlerNotFound",
    message: expect.stringContaining("no-such-function") as string,
  });
});

it("messages of any shape leave a run alone: it neither breaks nor is stuck", async () => {
  const plan = planOf({ steps: { hold: { waitFor: { event: "go", timeout: "10m" } } } });
  const handle = await engine.start(plan);
  const shapes: readonly unknown[] = [
    undefined,
    null,
    7,
    "text",
    [],
    {},
    { type: 7 },
    { type: "" },
  ];
  for (const signal of [
    "event",
    "pause",
    "resume",
    "inject",
    "sessionStart",
    "sessionEnd",
    "unknown",
  ])
    for (const shape of shapes) await handle.signal(signal, shape);
  await handle.signal("resume");
  await handle.signal("event", { type: "go" });

  expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });
  await expectNoFailedTask(handle.workflowId);
});
