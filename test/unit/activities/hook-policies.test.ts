// When a hook is left out, made to wait or left alone: its breaker, its rate limit, its timeout, a mode that nobody waits
// for. The clock of breakers and buckets is the test's.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createDetachedWork } from "../../../src/activities/detached.ts";
import type { HookInput } from "../../../src/activities/contract.ts";
import { breakerKey } from "../../../src/hooks/breaker.ts";
import { defineHandler, type HandlerDefinition } from "../../../src/hooks/executors/index.ts";
import type { Hook, HookEvent } from "../../../src/hooks/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { sampleHook } from "../../support/registry-samples.ts";
import { freshFolder, until } from "../executors/fixtures.ts";
import { activityContext, call, createBench, failureOf, runIn, type Bench } from "./fixtures.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ONCE = {
  maximumAttempts: 1,
  initialIntervalMs: 1,
  backoffCoefficient: 1,
  maximumIntervalMs: 1,
} as const;
const BREAKER = {
  failures: 2,
  successes: 2,
  windowMs: 30_000,
  openMs: 100,
  slowCalls: 2,
  slowMs: 50,
} as const;
const LIMIT = { limit: 2, perMs: 1000, burst: 2, key: "hook", over: "skip" } as const;

let firings = 0;

function hookInput(hook: Partial<Hook>, event: Partial<HookEvent> = {}): HookInput {
  const workspace = freshFolder();
  firings += 1;
  return {
    run: { version: "1.0.0", workspace, outputDir: workspace },
    hook: sampleHook({ name: "guard", retry: ONCE, handler: { function: "body" }, ...hook }),
    event: {
      id: `wf/step.before/s/${String(firings)}`,
      point: "step.before",
      hook: "guard",
      run: { id: "r", workflowId: "wf", pattern: "p", version: "1.0.0" },
      step: { id: "s", kind: "run", tool: "Bash", attempt: 1, input: null },
      state: {},
      workspace,
      ...event,
    },
  };
}

/** A bench whose hook `body` does what the test says, and counts how often it did. */
async function benchWith(
  body: HandlerDefinition["run"],
  more: Parameters<typeof createBench>[0] = {},
) {
  let calls = 0;
  const bench = await createBench(more, [
    defineHandler("body", {}, (input: unknown, context) => {
      calls += 1;
      return body(input, context);
    }),
  ]);
  return { ...bench, calls: () => calls };
}

const fire = ({ activities }: Bench, hook: Partial<Hook>, event?: Partial<HookEvent>) =>
  call(activities, "hook", hookInput(hook, event));

const fails = (): never => {
  throw new Error("it broke");
};
const takes = (ms: number) => () => {
  vi.advanceTimersByTime(ms);
  return { outcome: "continue" };
};

describe("a breaker", () => {
  it("C5: after two errors the third call is skipped, names the breaker, and the body does not run", async () => {
    const bench = await benchWith(fails);
    const hook = { breaker: BREAKER };
    await fire(bench, hook);
    await fire(bench, hook);

    const third = await fire(bench, hook);

    expect(third.outcome).toMatchObject({
      outcome: "skipped",
      reason:
        'The circuit breaker of the hook "guard" is open (2 failures within 30s); it lets calls through again in 100ms.',
    });
    expect(bench.calls()).toBe(2);
    const kept = await bench.deps.registry.listHookExecutions();
    expect(kept.map(({ status }) => status).sort()).toEqual(["failed", "failed", "skipped"]);
  });

  it("C5: a cancel is a success: a hook that refuses is at work", async () => {
    const bench = await benchWith(() => ({ outcome: "cancel", reason: "no" }));

    for (let time = 0; time < 5; time += 1)
      expect((await fire(bench, { breaker: BREAKER })).outcome).toMatchObject({
        outcome: "cancel",
      });
  });

  it("C6: slow twice is skipped; after the open time probes run, and two quick ones close it", async () => {
    let ms = 60;
    const bench = await benchWith(() => takes(ms)());
    const hook = { breaker: BREAKER };
    await fire(bench, hook);
    await fire(bench, hook);
    expect((await fire(bench, hook)).outcome).toMatchObject({ outcome: "skipped" });

    vi.advanceTimersByTime(150);
    ms = 1;
    await fire(bench, hook);
    await fire(bench, hook);

    expect((await fire(bench, hook)).outcome).toEqual({ outcome: "continue" });
    expect(bench.calls()).toBe(5);
    expect(await bench.deps.registry.hookStore.read(breakerKey("guard"))).toBeUndefined();
  });

  it("C7: is one per name, whichever run asks; another name has its own, and a reset zeroes all counters", async () => {
    const bench = await benchWith(fails);
    const hook = { breaker: BREAKER };
    await fire(bench, hook);
    await fire(bench, hook, {
      run: { id: "r2", workflowId: "wf2", pattern: "q", version: "1.0.0" },
    });

    expect((await fire(bench, hook)).outcome).toMatchObject({ outcome: "skipped" });
    expect((await fire(bench, { ...hook, name: "other" })).outcome).toMatchObject({
      outcome: "continue",
    });

    const forget = () => ({ next: undefined, result: undefined });
    await bench.deps.registry.hookStore.change(breakerKey("guard"), forget);
    await fire(bench, hook);
    expect(bench.calls()).toBe(4);
    expect((await fire(bench, hook)).outcome).toMatchObject({ outcome: "continue" });
  });

  it("does not let pass what a closed hook has not seen", async () => {
    const bench = await benchWith(fails);
    const hook = { breaker: BREAKER, onError: "closed" } as const;
    await failureOf(fire(bench, hook));
    await failureOf(fire(bench, hook));

    expect((await fire(bench, hook)).outcome).toMatchObject({
      outcome: "cancel",
      reason: expect.stringContaining("circuit breaker") as string,
    });
  });

  it("counts what an execution came to, not its attempts", async () => {
    const bench = await benchWith(fails);
    const hook = { breaker: BREAKER, retry: { ...ONCE, maximumAttempts: 3 } };
    const input = hookInput(hook);
    for (const attempt of [1, 2])
      await failureOf(call(bench.activities, "hook", input, { attempt }));
    await call(bench.activities, "hook", input, { attempt: 3 });

    await fire(bench, { ...hook, retry: ONCE });

    expect(bench.calls()).toBe(4);
  });

  it("is left out where its state cannot be read, and the log says so", async () => {
    const registry = {
      ...createMemoryRegistry(),
      hookStore: {
        read: () => Promise.reject(new Error("no database")),
        change: () => Promise.reject(new Error("no database")),
      },
    };
    const bench = await benchWith(() => ({ outcome: "continue" }), { registry });

    expect((await fire(bench, { breaker: BREAKER, rateLimit: LIMIT })).outcome).toEqual({
      outcome: "continue",
    });
    expect(bench.warnings).toContain("hook state cannot be changed");
  });
});

describe("a rate limit", () => {
  const says = () => ({ outcome: "continue" });

  it("skips what is above it, and lets calls through again when the bucket has filled", async () => {
    const bench = await benchWith(says);
    const hook = { rateLimit: LIMIT };
    await fire(bench, hook);
    await fire(bench, hook);

    expect((await fire(bench, hook)).outcome).toEqual({
      outcome: "skipped",
      reason:
        'The hook "guard" is above its rate limit of 2 per 1s; the next call may come in 500ms.',
    });
    vi.advanceTimersByTime(600);
    expect((await fire(bench, hook)).outcome).toEqual({ outcome: "continue" });
    expect(bench.calls()).toBe(3);
  });

  it("cancels where it should and can, and skips where a cancel has no effect", async () => {
    const bench = await benchWith(says);
    const hook = { rateLimit: { ...LIMIT, burst: 1, over: "cancel" } } as const;
    await fire(bench, hook);

    expect((await fire(bench, hook)).outcome).toMatchObject({ outcome: "cancel" });
    expect((await fire(bench, hook, { point: "run.continued" })).outcome).toMatchObject({
      outcome: "skipped",
    });
  });

  it("delays those who may wait, and runs them then", async () => {
    const bench = await benchWith(says);
    const hook = { rateLimit: { ...LIMIT, limit: 1000, burst: 1, over: "delay" } } as const;

    for (let time = 0; time < 3; time += 1)
      expect((await fire(bench, hook)).outcome).toEqual({ outcome: "continue" });
    expect(bench.calls()).toBe(3);
  });

  it("ends the wait of a hook that is cancelled", async () => {
    const bench = await benchWith(says);
    const hook = { rateLimit: { ...LIMIT, perMs: 20_000, burst: 1, over: "delay" } } as const;
    await fire(bench, hook);
    const context = activityContext();

    const waiting = runIn(context, bench.activities, "hook", hookInput(hook));
    context.cancel();

    await expect(waiting).rejects.toThrow("CANCELLED");
    expect(bench.calls()).toBe(1);
  });

  it("keeps a bucket for each of what its key names", async () => {
    const bench = await benchWith(says);
    const hook = { rateLimit: { ...LIMIT, burst: 1, key: "run" } } as const;
    const run = (workflowId: string): Partial<HookEvent> => ({
      run: { id: "r", workflowId, pattern: "p", version: "1.0.0" },
    });

    const outcomes = [];
    for (const id of ["a", "b", "a"])
      outcomes.push((await fire(bench, hook, run(id))).outcome.outcome);

    expect(outcomes).toEqual(["continue", "continue", "skipped"]);
  });
});

describe("a timeout of its own", () => {
  it("C8: lets a hook be that is quicker, and ends one that is not: its signal fires and it has failed", async () => {
    let aborted = false;
    const bench = await benchWith((input, { signal }) => {
      // as: the test's hook gets an event
      const { point } = input as HookEvent;
      if (point === "step.before") return { outcome: "continue" };
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          resolve({ outcome: "continue" });
        });
      });
    });
    const hook = { timeoutMs: 200 };

    expect(await fire(bench, hook)).toMatchObject({ outcome: { outcome: "continue" } });
    const late = await fire(bench, hook, { point: "step.after" });

    expect(late.error).toMatchObject({
      type: "TimedOut",
      message: expect.stringContaining("timeout") as string,
    });
    expect(aborted).toBe(true);
  });
});

describe("what is recorded", () => {
  it("A4: output, begin, and a duration of 0 or more; a failure's message; a timeout that says timeout", async () => {
    const bench = await benchWith((input) => {
      // as: the test's hook gets an event
      const { point } = input as HookEvent;
      if (point === "step.before") return { outcome: "modify", input: 5 };
      if (point === "step.error") return fails();
      return new Promise(() => undefined);
    });

    await fire(bench, {});
    await fire(bench, {}, { point: "step.error" });
    await fire(bench, { timeoutMs: 20 }, { point: "step.after" });

    const rows = await bench.deps.registry.listHookExecutions();
    const byPoint = Object.fromEntries(rows.map((row) => [row.point, row]));
    expect(byPoint["step.before"]).toMatchObject({
      status: "completed",
      outcome: { outcome: "modify", input: 5 },
    });
    expect(byPoint["step.error"]).toMatchObject({
      status: "failed",
      error: { message: "it broke" },
    });
    expect(byPoint["step.after"]?.status).toBe("timeout");
    expect(byPoint["step.after"]?.error?.message).toContain("timeout");
    for (const row of rows) {
      expect(row.startedAt).toBeInstanceOf(Date);
      expect(row.durationMs).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("fire_and_forget", () => {
  it("answers before the hook has ended; the ledger tells how it went, after one attempt", async () => {
    let finish: () => void = () => undefined;
    const bench = await benchWith(
      () =>
        new Promise((_resolve, reject) => {
          finish = () => {
            reject(new Error("it broke"));
          };
        }),
      { detached: createDetachedWork() },
    );
    const hook = { mode: "fire_and_forget", retry: { ...ONCE, maximumAttempts: 3 } } as const;

    const answer = await fire(bench, hook);
    expect(answer.outcome).toEqual({ outcome: "continue" });
    expect(await bench.deps.registry.listHookExecutions()).toEqual([]);
    await until(() => bench.calls() === 1);
    finish();

    await vi.waitFor(
      async () => {
        expect(await bench.deps.registry.listHookExecutions()).toMatchObject([
          { status: "failed", error: { message: "it broke" } },
        ]);
      },
      { timeout: 30_000 },
    );
    expect(bench.calls()).toBe(1);
  });

  it("dies with its worker", async () => {
    const detached = createDetachedWork();
    let aborted = false;
    const bench = await benchWith(
      (_input, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            resolve(null);
          });
        }),
      { detached },
    );
    await fire(bench, { mode: "fire_and_forget" });
    await until(() => bench.calls() === 1);

    await detached.stop();

    expect(aborted).toBe(true);
  });
});

describe("a retry policy that Temporal has no name for", () => {
  it.each([
    ["fixed", [100, 100, 100]],
    ["linear", [100, 200, 300]],
    ["fibonacci", [100, 100, 200]],
  ] as const)("waits between attempts as %s backoff says", async (backoff, delays) => {
    const bench = await benchWith(fails);
    const retry = {
      maximumAttempts: 4,
      initialIntervalMs: 100,
      backoffCoefficient: 2,
      maximumIntervalMs: 10_000,
      backoff,
    };

    const waits = [];
    for (const attempt of [1, 2, 3]) {
      const failure = await failureOf(
        call(bench.activities, "hook", hookInput({ retry }), { attempt }),
      );
      waits.push(failure.nextRetryDelay);
    }

    expect(waits).toEqual(delays);
  });
});
