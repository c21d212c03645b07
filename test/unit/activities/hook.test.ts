// A hook's decision must survive a crash of the worker, and a hook that cannot decide must end as its policy says.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CancelledFailure } from "@temporalio/common";
import { describe, expect, it } from "vitest";

import type { HookInput } from "../../../src/activities/contract.ts";
import { createRedactor, HeddleError, isReference } from "../../../src/core/index.ts";
import type { Hook } from "../../../src/hooks/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { sampleHook } from "../../support/registry-samples.ts";
import { freshFolder, isAlive, isRunning, readWhenWritten } from "../executors/fixtures.ts";
import { activityContext, call, createBench, failureOf, runIn } from "./fixtures.ts";

function hookInput(hook: Partial<Hook>, workspace = freshFolder()): HookInput {
  return {
    run: { version: "1.0.0", workspace, outputDir: workspace },
    hook: sampleHook({ name: "guard", ...hook }),
    event: {
      id: "wf-123/step.before/task-456/1",
      point: "step.before",
      hook: "guard",
      run: {
        id: "run-1",
        workflowId: "wf-123",
        pattern: "sample",
        version: "1.0.0",
        session: "session-789",
      },
      step: { id: "task-456", kind: "run", tool: "Bash", attempt: 1, input: { command: "ls" } },
      state: {},
      workspace,
    },
  };
}

const retry = (maximumAttempts: number): Pick<Hook, "retry"> => ({
  retry: {
    maximumAttempts,
    initialIntervalMs: 1,
    backoffCoefficient: 1,
    maximumIntervalMs: 1,
  },
});

describe("a hook that decides", () => {
  it("gets the event as JSON and where it runs in its environment", async () => {
    const { activities } = await createBench();
    const input = hookInput({
      handler: { command: `cat > event.json; echo "$HEDDLE_HOOK $HEDDLE_POINT $HEDDLE_STEP_ID"` },
    });

    const result = await call(activities, "hook", input);

    expect(result.outcome).toEqual({
      outcome: "continue",
      message: "guard step.before task-456",
    });
    expect(JSON.parse(readFileSync(join(input.run.workspace, "event.json"), "utf8"))).toEqual(
      input.event,
    );
  });

  it("A13: is recorded with the ids of its run, step and session", async () => {
    const { activities, deps } = await createBench();

    await call(activities, "hook", hookInput({}));

    expect(await deps.registry.listHookExecutions()).toMatchObject([
      {
        executionId: "wf-123/step.before/task-456/1/guard",
        workflowId: "wf-123",
        step: "task-456",
        session: "session-789",
        status: "completed",
        attempt: 1,
        input: { command: "ls" },
      },
    ]);
  });

  it("A8: that succeeds at the first attempt has needed one", async () => {
    const { activities } = await createBench();

    const result = await call(activities, "hook", hookInput(retry(3)));

    expect(result).toMatchObject({ outcome: { outcome: "continue" }, attempts: 1 });
  });

  it("cancels with exit code 2 and its stderr", async () => {
    const { activities } = await createBench();

    const result = await call(
      activities,
      "hook",
      hookInput({ handler: { command: "echo 'no secrets here' >&2; exit 2" } }),
    );

    expect(result.outcome).toEqual({ outcome: "cancel", reason: "no secrets here" });
  });

  it("is not run again when the activity is tried again after it had finished", async () => {
    const { activities } = await createBench();
    const input = hookInput({
      handler: { command: `echo x >> count; echo '{"outcome":"cancel","reason":"once"}'` },
    });
    await call(activities, "hook", input);

    const again = await call(activities, "hook", input, { attempt: 2 });

    expect(again).toMatchObject({ outcome: { outcome: "cancel", reason: "once" }, attempts: 1 });
    expect(readFileSync(join(input.run.workspace, "count"), "utf8")).toBe("x\n");
  });

  it("hands on a large rewritten input by reference", async () => {
    const { activities } = await createBench();
    const command = `node -e 'console.log(JSON.stringify({outcome:"modify",input:"x".repeat(1e5)}))'`;

    const { outcome } = await call(activities, "hook", hookInput({ handler: { command } }));

    expect(outcome.outcome === "modify" && isReference(outcome.input)).toBe(true);
  });

  it("keeps its decision while the database is away, and is recorded when it is back", async () => {
    const registry = createMemoryRegistry();
    let refusals = 1;
    const { activities, warnings } = await createBench({
      registry: {
        ...registry,
        recordHookExecution: (execution) => {
          refusals -= 1;
          return refusals >= 0
            ? Promise.reject(new HeddleError("REGISTRY_UNAVAILABLE", "away"))
            : registry.recordHookExecution(execution);
        },
      },
    });

    const result = await call(
      activities,
      "hook",
      hookInput({ handler: { command: "echo no >&2; exit 2" } }),
    );

    expect(result.outcome).toEqual({ outcome: "cancel", reason: "no" });
    expect(warnings).toEqual(["hook record delayed"]);
    const kept = () => registry.findHookExecution("wf-123/step.before/task-456/1/guard");
    await expect.poll(kept, { timeout: 10_000 }).toMatchObject({ status: "completed" });
  });
});

describe("a hook that cannot decide", () => {
  it("A7: always failing with 2 retries fails at the third attempt, which is recorded", async () => {
    const { activities, deps } = await createBench();
    const input = hookInput({ handler: { command: "exit 1" }, onError: "closed", ...retry(3) });
    const attempt = (number: number) =>
      failureOf(call(activities, "hook", input, { attempt: number }));

    const failures = [await attempt(1), await attempt(2), await attempt(3)];

    expect(failures.map(({ type, nonRetryable }) => [type, nonRetryable])).toEqual([
      ["HookFailed", false],
      ["HookFailed", false],
      ["HookFailed", true],
    ]);
    expect(await deps.registry.listHookExecutions()).toMatchObject([
      { status: "failed", attempt: 3, error: { type: "HookFailed" } },
    ]);
  });

  it("A7: with retries disabled fails at the first attempt", async () => {
    const { activities, deps } = await createBench();
    const input = hookInput({ handler: { command: "false" }, onError: "stop", ...retry(1) });

    const failure = await failureOf(call(activities, "hook", input));

    expect(failure).toMatchObject({ type: "HookFailed", nonRetryable: true });
    expect(await deps.registry.listHookExecutions()).toMatchObject([{ attempt: 1 }]);
  });

  it("D4: continues with the error kept when it fails open", async () => {
    const { activities } = await createBench();

    const result = await call(
      activities,
      "hook",
      hookInput({ handler: { command: "exit 1" }, onError: "open" }),
    );

    expect(result).toMatchObject({
      outcome: { outcome: "continue", message: expect.stringContaining("failed") as string },
      error: { type: "HookFailed", details: { type: "CommandFailed" } },
    });
  });

  it("D4: that runs out of time is killed and fails closed as a timeout", async () => {
    const { activities, deps } = await createBench();
    const seconds = `30.${String(process.pid)}`;
    const input = hookInput({
      handler: { command: ["sleep", seconds] },
      timeoutMs: 100,
      onError: "closed",
    });

    const failure = await failureOf(call(activities, "hook", input));

    expect(failure).toMatchObject({ type: "TimedOut", nonRetryable: true });
    expect(await deps.registry.listHookExecutions()).toMatchObject([{ status: "timeout" }]);
    expect(isRunning(`sleep ${seconds}`)).toBe(false);
  });

  it("D4: whose program is missing is a launch failure, never a refusal", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(
        activities,
        "hook",
        hookInput({ handler: { command: ["no-such-hook"] }, onError: "closed" }),
      ),
    );

    expect(failure).toMatchObject({
      type: "HookFailed",
      details: [{ type: "CommandNotFound" }, { attempt: 1 }],
    });
  });

  it("whose outcome is unknown fails for good, and does not cancel", async () => {
    const { activities } = await createBench();
    const input = hookInput({
      handler: { command: `echo '{"outcome":"ok"}'` },
      onError: "closed",
      ...retry(3),
    });

    const failure = await failureOf(call(activities, "hook", input));

    expect(failure).toMatchObject({ type: "HookOutcomeInvalid", nonRetryable: true });
    expect(failure.message).toContain('"ok"');
  });

  it("that is cancelled leaves no process and no record", async () => {
    const { activities, deps } = await createBench();
    const input = hookInput({ handler: { command: "echo $$ > pid; sleep 30" } });
    const context = activityContext();
    const running = runIn(context, activities, "hook", input);
    const pid = await readWhenWritten(join(input.run.workspace, "pid"));

    context.cancel();

    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    expect(isAlive(Number(pid))).toBe(false);
    expect(await deps.registry.listHookExecutions()).toEqual([]);
  });
});

describe("what is kept of a hook", () => {
  const SECRET = "correct-horse-battery";
  const withSecret = () =>
    createBench({
      settings: {
        dataDir: freshFolder(),
        env: { PATH: process.env["PATH"] ?? "" },
        secret: (name) => (name === "DEPLOY" ? SECRET : undefined),
      },
      redactor: createRedactor([SECRET]),
    });

  it("resolves secrets by name when it runs, and keeps their values out of the result and the ledger", async () => {
    const { activities, deps } = await withSecret();
    const handler = {
      command: [
        "sh",
        "-c",
        'cat > /dev/null; echo "{\\"outcome\\":\\"cancel\\",\\"reason\\":\\"$KEY\\"}"',
      ],
      env: { KEY: "secrets.DEPLOY" },
    };

    const result = await call(activities, "hook", hookInput({ handler }));

    expect(result.outcome).toEqual({ outcome: "cancel", reason: "[redacted]" });
    const [kept] = await deps.registry.listHookExecutions();
    const recording = await deps.registry.findRecording(kept?.executionId ?? "");
    expect(kept?.outcome).toEqual({ outcome: "cancel", reason: "[redacted]" });
    expect(recording?.hook.handler).toEqual(handler);
    expect(JSON.stringify([kept, recording])).not.toContain(SECRET);
  });

  it("says which secret is missing, and tries no second time", async () => {
    const { activities } = await withSecret();
    const handler = { command: ["true"], env: { KEY: "secrets.OTHER" } };

    const failure = await failureOf(
      call(activities, "hook", hookInput({ handler, onError: "closed", ...retry(1) })),
    );

    expect(failure.message).toContain('"OTHER"');
    expect(failure.message).toContain("HEDDLE_SECRET_OTHER");
  });

  it("takes keys by shape and by name out of the recorded input, not out of what the hook gets", async () => {
    const { activities, deps } = await createBench();
    const given = hookInput({ handler: { command: "cat > event.json" } });
    const input = { password: "pw", note: `AKIA${"A1".repeat(8)}` };
    const { step } = given.event;
    if (step === undefined) throw new Error("the event is about a step");

    await call(activities, "hook", {
      ...given,
      event: { ...given.event, step: { ...step, input } },
    });

    const seen = readFileSync(join(given.run.workspace, "event.json"), "utf8");
    expect(JSON.parse(seen)).toMatchObject({ step: { input } });
    expect(await deps.registry.listHookExecutions()).toMatchObject([
      { input: { password: "[redacted]", note: "[redacted]" } },
    ]);
  });

  it("belongs to the event's own correlation, else to what the run says, else to its session or run", async () => {
    const { activities, deps } = await createBench();
    const base = hookInput({});
    const add = (id: string, more: Partial<HookInput>, event: object = {}): Promise<unknown> =>
      call(activities, "hook", {
        ...base,
        ...more,
        event: { ...base.event, id, ...event },
      });
    const alone = { run: { ...base.event.run } };
    delete (alone.run as { session?: string }).session;

    await add("e", {}, { data: { correlation: "order-1" } });
    await add("c", { run: { ...base.run, correlation: "root" } });
    await add("s", {});
    await add("w", {}, alone);

    const found = await deps.registry.listHookExecutions({ order: "oldest" });
    expect(found.map(({ correlation }) => correlation)).toEqual([
      "order-1",
      "root",
      "session-789",
      "wf-123",
    ]);
  });

  it("is tagged and kept as long as the hook's metadata says", async () => {
    const { activities, deps } = await createBench();
    const metadata = { tags: ["audit"], retentionPriority: 7 };

    await call(activities, "hook", hookInput({ metadata }));

    expect(await deps.registry.listHookExecutions({ tag: "audit" })).toMatchObject([
      { priority: 7, tags: ["audit"] },
    ]);
  });
});
