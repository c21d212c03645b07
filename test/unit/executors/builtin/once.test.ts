// A worker may die after a builtin has counted and before it has answered. Temporal then tries the activity again, with
// the same execution id: it must answer the same and count nothing twice.
import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../../src/core/index.ts";
import {
  readAudit,
  readCacheUse,
  readMetrics,
  readRateLimitUse,
  readTotals,
  readTrace,
} from "../../../../src/hooks/executors/builtin/index.ts";
import { createMemoryHookStore, executeHook } from "../../../../src/hooks/executors/index.ts";
import type { HookEvent, HookStore } from "../../../../src/hooks/index.ts";
import { makeEvent, makeHook } from "../../hooks/make-hook.ts";
import { handlerContext } from "../fixtures.ts";
import { matching } from "../../../support/matchers.ts";
import { askAt, askBuiltin, stepOf } from "./ask-builtin.ts";

const FIRST = "wf/r/step.after/build/1";
const SECOND = "wf/r/step.after/build/2";

/** The same firing twice, as an attempt whose worker died and the next, and then another firing. */
async function fireThrice(
  builtin: string,
  options: JsonObject,
  event: Partial<HookEvent>,
): Promise<{ readonly answers: readonly unknown[]; readonly store: HookStore }> {
  const { ask, store } = askBuiltin(builtin, options);
  const answers = [
    await ask({ ...event, id: FIRST }),
    await ask({ ...event, id: FIRST }),
    await ask({ ...event, id: SECOND }),
  ];
  return { answers, store };
}

describe("an execution that is tried again", () => {
  it("is one firing for metrics, with one duration and one value of each number", async () => {
    const step = stepOf({ durationMs: 7, output: { tokens: 3 } });
    const { store, answers } = await fireThrice(
      "metrics",
      { custom: { tokens: "step.output.tokens" } },
      { point: "step.after", step },
    );
    expect(await readMetrics(store, "metrics", "build")).toMatchObject({
      count: 2,
      custom: { tokens: { count: 2, sum: 6 } },
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  it("asks a cache once, and does the work once", async () => {
    const before = await fireThrice("caching", {}, { point: "step.before", step: stepOf() });
    expect(await readCacheUse(before.store, "caching")).toMatchObject({ asked: 2, done: 0 });
    expect(before.answers[1]).toEqual(before.answers[0]);
    const after = await fireThrice(
      "caching",
      {},
      { point: "step.after", step: stepOf({ durationMs: 9 }) },
    );
    expect(await readCacheUse(after.store, "caching")).toMatchObject({ asked: 0, done: 2 });
  });

  it("takes one token of a rate limit, whatever it was told", async () => {
    const options = { limit: 1, burst: 0, perSecond: 0.001 };
    const { store, answers } = await fireThrice("rate-limit", options, { step: stepOf() });
    expect(answers[0]).toMatchObject({ outcome: { outcome: "continue" } });
    expect(answers[1]).toMatchObject({ outcome: { outcome: "continue" } });
    expect(answers[2]).toMatchObject({ outcome: { outcome: "cancel" } });
    expect(await readRateLimitUse(store, "rate-limit")).toEqual({ allowed: 1, asked: 2 });
  });

  it("waits for what is left of its delay, not for all of it again", async () => {
    const limited = {
      builtin: "rate-limit",
      options: { limit: 1, burst: 0, perSecond: 1, action: "delay" },
      store: createMemoryHookStore(),
    };
    await askAt(0, limited, { id: "other" });
    // This one is promised the token of one second later; its next attempt comes when that moment is over.
    await askAt(999, limited, { id: FIRST });
    expect(await askAt(1005, limited, { id: FIRST })).toMatchObject({
      outcome: "continue",
      message: matching(/^X-RateLimit/),
    });
    expect(await readRateLimitUse(limited.store, "rate-limit")).toEqual({ allowed: 2, asked: 2 });
  });

  it("costs once", async () => {
    const usage = { provider: "acme", model: "large", inputTokens: 1000, outputTokens: 0 };
    const { store } = await fireThrice(
      "cost-tracking",
      { prices: { "acme/large": { input: 0.5, output: 1 } } },
      { point: "step.after", step: stepOf({ output: { usage } }) },
    );
    expect((await readTotals(store, "cost-tracking")).total).toBeCloseTo(1, 9);
  });

  it("leaves one entry in a trace and in an audit", async () => {
    const traced = await fireThrice("debugging", {}, { step: stepOf() });
    expect((await readTrace(traced.store, "debugging")).map(({ event }) => event)).toEqual([
      FIRST,
      SECOND,
    ]);
    const input = { password: "hunter2", nested: { token: "t" } };
    const audited = await fireThrice("security", {}, { step: stepOf({ input }) });
    expect(await readAudit(audited.store, "security")).toHaveLength(4);
  });

  it("gets the warning that it would have lost, and is refused once", async () => {
    const round = {
      builtin: "round-timeout",
      options: { softMs: 10, graceMs: 0 },
      store: createMemoryHookStore(),
    };
    await askAt(0, round, { point: "step.after", step: stepOf() });
    const warning = { point: "step.after", step: stepOf(), id: FIRST };
    const told = await askAt(20, round, warning);
    expect(told).toMatchObject({ message: "TIME" });
    expect(await askAt(21, round, warning)).toEqual(told);
    const refusals = ["a", "a", "b", "b", "c", "c"];
    const reasons = [];
    for (const id of refusals) reasons.push(await askAt(30, round, { step: stepOf(), id }));
    expect(
      reasons.filter((one) => "reason" in one && one.reason.includes("refusal 3")),
    ).toHaveLength(2);
    expect(reasons.filter((one) => "reason" in one && one.reason.includes("refusal 4"))).toEqual(
      [],
    );
  });

  it("is told apart from the other children of a composite hook", async () => {
    const store = createMemoryHookStore();
    const measure = { builtin: "metrics", options: {} };
    const hook = makeHook({ name: "both", handler: { all: [measure, measure] } });
    const context = await handlerContext({ store });
    const event = makeEvent({ hook: "both", step: stepOf() });
    await executeHook(hook, event, context);
    await executeHook(hook, event, context);
    expect(await readMetrics(store, "both", "build")).toMatchObject({ count: 2 });
  });
});
