import { describe, expect, it } from "vitest";

import type { Link } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/program.ts";
import type {
  HeddleClient,
  ProgressReport,
  RunHandle,
  RunOutcome,
  RunReport,
} from "../../../src/client/index.ts";
import { HeddleError, type JsonValue } from "../../../src/core/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import type { Registry } from "../../../src/registry/index.ts";
import { createFakeWorld } from "./fake-world.ts";

const RAN: RunReport = {
  runId: "r1",
  workflowId: "w1",
  status: "succeeded",
  output: { n: 1 },
  url: "http://ui/w1",
  steps: [
    {
      id: "a",
      kind: "run",
      status: "succeeded",
      startedAt: "2026-01-01T00:00:00.000Z",
      finishedAt: "2026-01-01T00:00:01.000Z",
      attempts: 1,
    },
  ],
  hooks: [{ point: "step.before", step: "a", name: "h", outcome: "continue", ms: 1, attempts: 1 }],
};

interface Script {
  readonly outcome?: RunOutcome;
  readonly report?: RunReport | HeddleError;
  readonly workers?: number;
}

/** A stack that answers from a script and remembers what it was asked to start. */
function createFakeStack(script: Script = {}) {
  const started: { name: string; input: JsonValue; options: unknown }[] = [];
  const outcome = script.outcome ?? { status: "succeeded", output: { n: 1 } };
  const progress = { pattern: "p", version: "1.0.0", status: "running", steps: [] };
  const run = {
    workflowId: "w1",
    runId: "r1",
    url: "http://ui/w1",
    outcome: async () => outcome,
    async *watch() {
      yield progress as unknown as ProgressReport;
    },
    report: async () => {
      if (script.report instanceof HeddleError) throw script.report;
      return script.report ?? RAN;
    },
  } as unknown as RunHandle;
  let isClosed = false;
  const link: Link = {
    client: async () =>
      ({
        start: async (name: string, input: JsonValue, options: unknown) => {
          started.push({ name, input, options });
          return run;
        },
      }) as unknown as HeddleClient,
    registry: async () =>
      ({
        registerPattern: async ({ plan }: { plan: Plan }) => ({ pattern: plan, created: true }),
      }) as unknown as Registry,
    countWorkers: async () => script.workers ?? 1,
    serve: async () => undefined,
    close: async () => {
      isClosed = true;
    },
  };
  return { link, started, isClosed: () => isClosed };
}

describe("heddle run start", () => {
  it("starts a name with input and options and does not wait unless asked to", async () => {
    const stack = createFakeStack();
    const fake = createFakeWorld({ openLink: () => stack.link });

    const exitCode = await runCli(
      // prettier-ignore
      ["run", "start", "p", "--input", '{"n":1}', "--version", "^1", "--session", "s", "--label", "x",
       "--label", "y", "--flag", "a", "--flag", "b=off", "--id", "w1", "--json"],
      fake.world,
    );

    expect(exitCode).toBe(0);
    expect(stack.started).toEqual([
      {
        name: "p",
        input: { n: 1 },
        options: {
          version: "^1",
          session: "s",
          labels: ["x", "y"],
          flags: ["a", "!b"],
          workflowId: "w1",
        },
      },
    ]);
    expect(JSON.parse(fake.stdout())).toEqual({
      runId: "r1",
      workflowId: "w1",
      status: "running",
      output: null,
      url: "http://ui/w1",
      steps: [],
      hooks: [],
    });
    expect(stack.isClosed()).toBe(true);
  });

  it("waits when asked to, and prints the run's report as one line", async () => {
    const stack = createFakeStack();
    const fake = createFakeWorld({ openLink: () => stack.link });

    const exitCode = await runCli(["run", "start", "p", "--wait", "--json"], fake.world);

    expect(exitCode).toBe(0);
    expect(fake.stdout()).toBe(`${JSON.stringify(RAN)}\n`);
    expect(fake.stderr()).toBe("started w1\nrun p 1.0.0 running\n");
  });

  it("starts exactly the version that a file was registered as", async () => {
    const stack = createFakeStack();
    const plan = { name: "p", version: "2.1.0" } as Plan;
    const fake = createFakeWorld({
      openLink: () => stack.link,
      loadDocument: async (file) => ({
        file,
        path: `/${file}`,
        text: "",
        source: "",
        issues: [],
        edges: [],
        accepted: { definition: {}, plan },
      }),
    });

    await runCli(["run", "start", "p.yaml"], fake.world);

    expect(stack.started).toEqual([{ name: "p", input: {}, options: { version: "2.1.0" } }]);
  });

  it.each(["failed", "cancelled", "timedOut"] as const)(
    "exits 1 when the run %s",
    async (status) => {
      const error = { type: "StepFailed", message: "no" };
      const outcome = { status, output: null, error };
      const stack = createFakeStack({ outcome, report: { ...RAN, ...outcome } });
      const fake = createFakeWorld({ openLink: () => stack.link });

      expect(await runCli(["run", "start", "p", "--wait", "--json"], fake.world)).toBe(1);
      expect(JSON.parse(fake.stdout())).toMatchObject({ status, error });
    },
  );

  it("still tells the outcome when no worker can tell the steps", async () => {
    const stack = createFakeStack({ report: new HeddleError("NO_ANSWER", "No worker answered.") });
    const fake = createFakeWorld({ openLink: () => stack.link });

    const exitCode = await runCli(["run", "start", "p", "--wait", "--json"], fake.world);

    expect(exitCode).toBe(0);
    expect(JSON.parse(fake.stdout())).toMatchObject({ status: "succeeded", steps: [], hooks: [] });
    expect(fake.stderr()).toContain("Steps and hooks are not shown: No worker answered.");
  });

  it("warns when nobody polls the queue, and waits all the same", async () => {
    const stack = createFakeStack({ workers: 0 });
    const fake = createFakeWorld({ openLink: () => stack.link });

    expect(await runCli(["run", "start", "p", "--wait"], fake.world)).toBe(0);
    expect(fake.stderr()).toContain("No worker polls the task queue yet");
  });

  it("closes its connections when the start fails, and exits 2", async () => {
    const stack = createFakeStack();
    const client = () =>
      Promise.reject(new HeddleError("NO_SERVER", "None.", { hint: "Start one." }));
    const fake = createFakeWorld({ openLink: () => ({ ...stack.link, client }) });

    expect(await runCli(["run", "start", "p", "--json"], fake.world)).toBe(2);
    expect(JSON.parse(fake.stdout())).toMatchObject({ error: { code: "NO_SERVER" } });
    expect(stack.isClosed()).toBe(true);
  });
});
