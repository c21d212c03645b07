// The builtins that watch: they note, count and trace, and steer nothing unless told to.
import { describe, expect, it } from "vitest";

import { createMemoryHookStore, executeHook } from "../../../../src/hooks/executors/index.ts";
import {
  readAudit,
  readMetrics,
  readTotals,
  readTrace,
} from "../../../../src/hooks/executors/builtin/index.ts";
import { containing } from "../../../support/matchers.ts";
import { makeEvent, makeHook } from "../../hooks/make-hook.ts";
import { handlerContext } from "../fixtures.ts";
import { askBuiltin, decided, stepOf } from "./ask-builtin.ts";

describe("logging", () => {
  it("writes a line at its level, its data cut to a limit, and says when in the record", async () => {
    const lines: { readonly level: string; readonly facts: object; readonly message: string }[] =
      [];
    const write = (level: string) => (facts: object, message: string) => {
      lines.push({ level, facts, message });
    };
    const context = await handlerContext({ log: { info: write("info"), error: write("error") } });
    const hook = makeHook({ handler: { builtin: "logging", options: { limit: 10 } } });
    const step = stepOf({ input: "x".repeat(50), durationMs: 12 });
    const reading = await executeHook(hook, makeEvent({ point: "step.after", step }), context);
    await executeHook(
      hook,
      makeEvent({ point: "step.error", step: stepOf({ error: { message: "broke" } }) }),
      context,
    );

    expect(reading).toMatchObject(
      decided({ outcome: "continue", message: containing("step.after build: 12 ms logged_at=") }),
    );
    expect(lines).toMatchObject([
      {
        level: "info",
        message: "step.after build: 12 ms",
        facts: { input: "xxxxxxxxxx... (truncated)" },
      },
      { level: "error", message: "step.error build: broke" },
    ]);
  });
});

describe("metrics", () => {
  it("counts success, durations and numbers of the author's own, per step", async () => {
    const hook = askBuiltin("metrics", { custom: { tokens: "step.output.tokens" } });
    for (const ms of [10, 20, 30, 40])
      await hook.ask({
        point: "step.after",
        step: stepOf({ durationMs: ms, output: { tokens: ms } }),
      });
    await hook.ask({ point: "step.error", step: stepOf({ error: { type: "E" }, durationMs: 50 }) });
    await hook.ask({ point: "step.after", step: stepOf({ id: "other" }) });

    expect(await readMetrics(hook.store, "metrics", "build")).toEqual({
      count: 5,
      success: 4,
      failure: 1,
      successRate: 0.8,
      p50: 30,
      p95: 50,
      p99: 50,
      custom: { tokens: { count: 4, sum: 100, mean: 25, last: 40 } },
    });
    expect(await readMetrics(hook.store, "metrics", "other")).toMatchObject({ count: 1 });
  });

  it("says its summary in the record, and nothing of durations where there are none", async () => {
    expect(await askBuiltin("metrics", {}).ask({ step: stepOf() })).toEqual(
      decided({ outcome: "continue", message: "build: 1 firings, 100.0 % ok" }),
    );
  });
});

describe("debugging", () => {
  it("C14: keeps the last entries of a ring, in order", async () => {
    const hook = askBuiltin("debugging", { limit: 3 });
    for (const id of ["a", "b", "c", "d", "e"]) await hook.ask({ step: stepOf({ id }) });
    const trace = await readTrace(hook.store, "debugging");
    expect(trace.map((entry) => entry["component"])).toEqual(["c", "d", "e"]);
  });

  it("traces only the points and components that it is told to, and reads back by the same", async () => {
    const hook = askBuiltin("debugging", { points: "step.*", components: "build|test" });
    await hook.ask({ step: stepOf({ id: "build" }) });
    await hook.ask({ point: "step.after", step: stepOf({ id: "test" }) });
    expect(await hook.ask({ step: stepOf({ id: "ship" }) })).toMatchObject(
      decided({ outcome: "skipped" }),
    );
    const entries = await readTrace(hook.store, "debugging", { points: "step.after" });
    expect(entries).toMatchObject([{ component: "test" }]);
    expect(await readTrace(hook.store, "debugging", { until: 0 })).toEqual([]);
  });

  it("keeps a stack only when asked", async () => {
    const error = { type: "E", message: "m", stack: "at here" };
    for (const stack of [true, false]) {
      const hook = askBuiltin("debugging", { stack });
      await hook.ask({ point: "step.error", step: stepOf({ error }) });
      const trace = JSON.stringify(await readTrace(hook.store, "debugging"));
      expect(trace.includes("at here")).toBe(stack);
    }
  });
});

describe("security", () => {
  it("C13: refuses an oversized parameter only when it blocks", async () => {
    const input = { text: "x".repeat(11) };
    const blocking = askBuiltin("security", { maxParameterChars: 10, blocking: true });
    expect(await blocking.ask({ step: stepOf({ input }) })).toEqual(
      decided({
        outcome: "cancel",
        reason: "The parameter text has 11 characters; at most 10 are allowed.",
      }),
    );
    const watching = askBuiltin("security", { maxParameterChars: 10 });
    expect(await watching.ask({ step: stepOf({ input }) })).toEqual(
      decided({ outcome: "continue", message: "oversized text" }),
    );
  });

  it("C13: notes password and api_key as two masked events and lets them pass", async () => {
    const hook = askBuiltin("security", { blocking: true });
    const input = { user: { password: "hunter2" }, api_key: "abc", list: [{ ok: 1 }] };
    expect(await hook.ask({ step: stepOf({ input }) })).toEqual(
      decided({ outcome: "continue", message: "sensitive user.password, sensitive api_key" }),
    );
    const audit = await readAudit(hook.store, "security");
    expect(audit).toMatchObject([
      { kind: "sensitive", parameter: "user.password", value: "***" },
      { kind: "sensitive", parameter: "api_key", value: "***" },
    ]);
    expect(JSON.stringify(audit)).not.toContain("hunter2");
  });
});

describe("cost-tracking", () => {
  const prices = { "acme/large": { input: 0.003, output: 0.015 } };
  const used = (inputTokens: number, outputTokens: number, more: object = {}) => ({
    usage: { provider: "acme", model: "large", inputTokens, outputTokens, ...more },
  });

  it("C11: adds up prices exactly, by component, user and model", async () => {
    const hook = askBuiltin("cost-tracking", { prices });
    for (const [id, user] of [
      ["e1", "ada"],
      ["e2", "bob"],
    ] as const)
      await hook.ask({
        id,
        point: "step.after",
        step: stepOf({ output: used(1234, 567, { user }) }),
      });

    const each = (1234 * 0.003 + 567 * 0.015) / 1000;
    const totals = await readTotals(hook.store, "cost-tracking");
    expect(totals.total).toBeCloseTo(2 * each, 6);
    expect(totals.byUser).toEqual({ ada: each, bob: each });
    expect(totals.byComponent["build"]).toBeCloseTo(2 * each, 6);
    expect(totals.byModel["acme/large"]).toBeCloseTo(2 * each, 6);
  });

  it("C11: tells of an alert, and refuses more work after a blocking one", async () => {
    const alerts = [{ usd: 1 }, { usd: 2, blocks: true }];
    const hook = askBuiltin("cost-tracking", { prices, alerts });
    const spend = (id: string) =>
      hook.ask({ id, point: "step.after", step: stepOf({ output: used(500_000, 0) }) });
    expect(await spend("a")).toMatchObject(
      decided({ message: "1.5 USD spent, 1.5 USD by this; alert: 1 USD reached" }),
    );
    expect(await hook.ask({ step: stepOf() })).toMatchObject(decided({ outcome: "continue" }));
    await spend("b");
    expect(await hook.ask({ step: stepOf() })).toEqual(
      decided({ outcome: "cancel", reason: "3 USD spent: the limit of 2 USD is reached." }),
    );
  });

  it("C11: a model without a price costs nothing and stops nothing", async () => {
    const hook = askBuiltin("cost-tracking", { prices });
    const output = { usage: { provider: "other", model: "x", inputTokens: 10 } };
    expect(await hook.ask({ point: "step.after", step: stepOf({ output }) })).toEqual(
      decided({ outcome: "continue" }),
    );
    expect(await readTotals(hook.store, "cost-tracking")).toMatchObject({ total: 0 });
  });

  it("counts a firing once, however often its activity is tried", async () => {
    const store = createMemoryHookStore();
    const hook = askBuiltin("cost-tracking", { prices }, store);
    for (let tried = 0; tried < 3; tried += 1)
      await hook.ask({ id: "same", point: "step.after", step: stepOf({ output: used(1000, 0) }) });
    expect((await readTotals(store, "cost-tracking")).total).toBeCloseTo(0.003, 9);
  });
});
