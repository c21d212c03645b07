// The builtins that steer: caching, rate limit, retry.
import { describe, expect, it } from "vitest";

import { readCacheUse, readRateLimitUse } from "../../../../src/hooks/executors/builtin/index.ts";
import { containing, matching } from "../../../support/matchers.ts";
import { askBuiltin, decided, stepOf } from "./ask-builtin.ts";

describe("caching", () => {
  it("gives one key for one step and input, whatever the run", async () => {
    const hook = askBuiltin("caching", {});
    const ask = async (input: string, workflowId: string) =>
      hook.ask({
        run: { id: workflowId, workflowId, pattern: "p", version: "1.0.0" },
        step: stepOf({ input }),
      });
    const first = await ask("a", "one");
    expect(first).toMatchObject(decided({ outcome: "cache", ttlMs: 300_000 }));
    expect(await ask("a", "two")).toEqual(first);
    expect(await ask("b", "one")).not.toEqual(first);
  });

  it("caches only what is on its allow-list", async () => {
    const hook = askBuiltin("caching", { allow: "Web*" });
    expect(await hook.ask({ step: stepOf({ tool: "WebFetch" }) })).toMatchObject(
      decided({ outcome: "cache" }),
    );
    expect(await hook.ask({ step: stepOf() })).toMatchObject(decided({ outcome: "skipped" }));
  });

  it("C12: leaves work alone that is faster than its minimum, which is inclusive, and knows its hit ratio", async () => {
    const hook = askBuiltin("caching", { minDurationMs: 50 });
    const done = (ms: number) =>
      hook.ask({ point: "step.after", step: stepOf({ durationMs: ms }) });
    const before = () => hook.ask({ step: stepOf() });
    expect(await before()).toMatchObject(decided({ outcome: "cache" }));
    await done(49);
    expect(await before()).toMatchObject(decided({ outcome: "skipped" }));
    await done(50);
    expect(await before()).toMatchObject(decided({ outcome: "cache" }));
    // The third was a hit: nothing came after it.
    expect(await readCacheUse(hook.store, "caching")).toEqual({
      asked: 3,
      done: 2,
      hitRatio: 1 / 3,
    });
  });
});

describe("rate-limit", () => {
  const slow = { limit: 2, burst: 0, perSecond: 0.001 };

  it("C10: lets two pass with headers, refuses the third with Retry-After, and knows the ratio", async () => {
    const hook = askBuiltin("rate-limit", slow);
    const ask = () => hook.ask({ step: stepOf() });
    expect(await ask()).toEqual(
      decided({
        outcome: "continue",
        message: "X-RateLimit-Limit: 2; X-RateLimit-Remaining: 1",
      }),
    );
    expect(await ask()).toMatchObject(
      decided({ message: containing("X-RateLimit-Remaining: 0; X-RateLimit-Warning") }),
    );
    expect(await ask()).toMatchObject(
      decided({ outcome: "cancel", message: matching(/Retry-After: \d+/) }),
    );
    expect(await readRateLimitUse(hook.store, "rate-limit")).toEqual({ allowed: 2, asked: 3 });
  });

  it("C10: the delay action waits, then lets pass", async () => {
    const hook = askBuiltin("rate-limit", { limit: 1, burst: 0, perSecond: 2, action: "delay" });
    const readings = await Promise.all([1, 2, 3].map(() => hook.ask({ step: stepOf() })));
    expect(readings).toMatchObject([
      decided({ outcome: "continue", message: matching(/^X-RateLimit/) }),
      decided({ outcome: "continue", message: containing("waited ") }),
      decided({ outcome: "continue", message: containing("waited ") }),
    ]);
  });

  it.each([
    [
      { action: "redirect", redirectTo: "later" },
      { outcome: "redirect", step: "later" },
    ],
    [
      { action: "replace", replacement: { cached: true } },
      { outcome: "replace", output: { cached: true } },
    ],
  ])("over the limit does what it is told: %j", async (action, outcome) => {
    const hook = askBuiltin("rate-limit", { ...slow, limit: 1, ...action });
    await hook.ask({ step: stepOf() });
    expect(await hook.ask({ step: stepOf() })).toMatchObject(decided(outcome));
  });

  it("keeps a bucket for each component, session or value when told to", async () => {
    const hook = askBuiltin("rate-limit", {
      ...slow,
      limit: 1,
      key: "custom",
      path: "step.input.user",
    });
    const ask = (user: string) => hook.ask({ step: stepOf({ input: { user } }) });
    expect(await ask("ada")).toMatchObject(decided({ outcome: "continue" }));
    expect(await ask("bob")).toMatchObject(decided({ outcome: "continue" }));
    expect(await ask("ada")).toMatchObject(decided({ outcome: "cancel" }));
  });
});

describe("retry", () => {
  const failing = (attempt: number, type = "connection_error") => ({
    point: "step.error",
    step: stepOf({ attempt, error: { type, message: "no" } }),
  });

  it("C9: runs a listed error again, says which attempt it was, and gives up after the last", async () => {
    const hook = askBuiltin("retry", { retryOn: ["connection_error"], maxAttempts: 3 });
    expect(await hook.ask(failing(1))).toEqual(
      decided({ outcome: "retry", delayMs: 100, maxAttempts: 3, message: "retry attempt=1" }),
    );
    expect(await hook.ask(failing(2))).toMatchObject(decided({ delayMs: 200 }));
    expect(await hook.ask(failing(3))).toEqual(
      decided({ outcome: "continue", message: "gave up after 3 attempts" }),
    );
  });

  it("C9: leaves other errors alone, and listed ones that must never be retried", async () => {
    const hook = askBuiltin("retry", { retryOn: ["*_error"], never: ["fatal_error"] });
    expect(await hook.ask(failing(1, "denied"))).toEqual(decided({ outcome: "continue" }));
    expect(await hook.ask(failing(1, "fatal_error"))).toEqual(decided({ outcome: "continue" }));
  });

  it("stops when its waits together would exceed the total", async () => {
    const options = { backoff: "fixed", initialMs: 100, totalMs: 150, maxAttempts: 9 };
    const hook = askBuiltin("retry", options);
    expect(await hook.ask(failing(1))).toMatchObject(decided({ delayMs: 100 }));
    expect(await hook.ask(failing(2))).toMatchObject(decided({ delayMs: 50 }));
    expect(await hook.ask(failing(3))).toMatchObject(decided({ outcome: "continue" }));
  });
});
