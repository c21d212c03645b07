import { describe, expect, it } from "vitest";

import { err, ok } from "../../../src/core/index.ts";
import {
  normalizeHook,
  normalizeRetry,
  PRIORITIES,
  priorityOf,
  type Hook,
  type ParseCondition,
} from "../../../src/hooks/index.ts";

const parseCondition: ParseCondition = (source) =>
  source.includes("!!") ? err(`cannot read ${source}`) : ok({ expr: source });

function normalize(raw: unknown, source = "pattern"): readonly Hook[] {
  const result = normalizeHook(raw, source, parseCondition);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refuse(raw: unknown): readonly { readonly path: string; readonly message: string }[] {
  const result = normalizeHook(raw, "pattern", parseCondition);
  return result.ok ? [] : result.error;
}

const MINIMAL = { name: "h", on: "step.before", handler: { command: ["true"] } };

describe("normalizeHook", () => {
  it("A1: a new hook is enabled, has 30 seconds, and the priority it was given", () => {
    expect(normalize({ ...MINIMAL, priority: 7 })).toEqual([
      {
        name: "h",
        on: "step.before",
        priority: 7,
        mode: "sync",
        dispatch: "activity",
        timeoutMs: 30_000,
        retry: {
          maximumAttempts: 3,
          initialIntervalMs: 1000,
          backoffCoefficient: 2,
          maximumIntervalMs: 60_000,
        },
        onError: "open",
        alwaysRun: false,
        enabled: true,
        protocol: "heddle",
        handler: { command: ["true"] },
        source: "pattern",
      },
    ]);
  });

  it("C3: names of priorities order highest, high, normal, low, lowest; an unknown name is normal", () => {
    const { highest, high, normal, low, lowest } = PRIORITIES;
    const inOrder = [highest, high, normal, low, lowest];
    expect([...inOrder].sort((a, b) => a - b)).toEqual(inOrder);
    expect(priorityOf("whatever")).toBe(normal);
    expect(priorityOf("high")).toBe(-100);
    expect(priorityOf(3)).toBe(3);
    expect(priorityOf(undefined)).toBe(100);
    expect(normalize({ ...MINIMAL, priority: "lowest" })[0]?.priority).toBe(lowest);
  });

  it("settles every field that was given", () => {
    const [hook] = normalize({
      ...MINIMAL,
      match: { tool: "Bash", fields: { "a.b": 1 } },
      if: "input.x",
      mode: "async",
      dispatch: "local",
      timeout: "1m",
      retry: { maximumAttempts: 1, initialInterval: "2s", maximumInterval: "1m", jitter: "full" },
      onError: "closed",
      alwaysRun: true,
      breaker: { preset: "production", window: "1s", open: "2s", slow: "3s", failures: 9 },
      enabled: false,
      override: true,
      protocol: "claude",
      metadata: { a: 1 },
    });
    expect(hook).toMatchObject({
      match: { tool: "Bash", fields: { "a.b": 1 } },
      if: { expr: "input.x" },
      timeoutMs: 60_000,
      retry: {
        maximumAttempts: 1,
        initialIntervalMs: 2000,
        maximumIntervalMs: 60_000,
        jitter: "full",
      },
      breaker: {
        failures: 9,
        successes: 1,
        windowMs: 1000,
        openMs: 2000,
        slowCalls: 1,
        slowMs: 3000,
      },
      override: true,
      metadata: { a: 1 },
    });
    expect(JSON.parse(JSON.stringify(hook))).toEqual(hook);
  });

  it("makes one hook per point that its names stand for", () => {
    const hooks = normalize({
      ...MINIMAL,
      on: ["post_task", "step.after", "pre_command", "PreTaskExecute"],
    });
    expect(hooks.map((hook) => [hook.on, hook.alias, hook.implied])).toEqual([
      ["step.after", "post_task", undefined],
      ["step.error", "post_task", undefined],
      ["step.before", "pre_command", { kind: "run" }],
      ["step.before", "PreTaskExecute", undefined],
    ]);
  });

  it("binds hooks of a role or step to it", () => {
    expect(normalize(MINIMAL, "role:tester")[0]?.implied).toEqual({ role: "tester" });
    expect(normalize({ ...MINIMAL, on: "pre_command" }, "step:a")[0]?.implied).toEqual({
      kind: "run",
      step: "a",
    });
  });

  it.each([
    [{ command: "x" }],
    [{ command: ["x"], env: { A: "1" }, cwd: "d", persistent: true }],
    [{ http: { url: "https://example.com", method: "PUT", headers: { a: "b" }, secret: "s" } }],
    [{ function: "f" }],
    [{ builtin: "log", options: { level: "info" } }],
    [{ pattern: "p@1" }],
    [{ all: [{ function: "f" }, { firstMatch: [{ function: "g" }] }] }],
    [{ vote: [{ function: "f" }], threshold: 0.5 }],
  ])("takes the handler %j as it is", (handler) => {
    expect(normalize({ ...MINIMAL, handler })[0]?.handler).toEqual(handler);
  });

  it("gives a parallel handler its time in milliseconds", () => {
    const handler = { parallel: [{ function: "f" }], concurrency: 2, timeout: "50ms" };
    expect(normalize({ ...MINIMAL, handler })[0]?.handler).toEqual({
      parallel: [{ function: "f" }],
      concurrency: 2,
      timeoutMs: 50,
    });
    expect(
      normalize({ ...MINIMAL, handler: { parallel: [{ function: "f" }] } })[0]?.handler,
    ).toEqual({
      parallel: [{ function: "f" }],
    });
  });

  it("takes conditions as text or as a plain answer, and breakers by name", () => {
    expect(normalize({ ...MINIMAL, if: false })[0]?.if).toEqual({ lit: false });
    expect(normalize({ ...MINIMAL, breaker: "default" })[0]?.breaker?.failures).toBe(3);
    expect(normalize({ ...MINIMAL, breaker: {} })[0]?.breaker?.windowMs).toBe(30_000);
  });

  it.each([
    [{}, "name"],
    [{ ...MINIMAL, name: "9x" }, "name"],
    [{ ...MINIMAL, on: "step.nowhere" }, "on"],
    [{ ...MINIMAL, on: [] }, "on"],
    [{ ...MINIMAL, if: "!!" }, "if"],
    [{ ...MINIMAL, timeout: "soon" }, "timeout"],
    [{ ...MINIMAL, priority: "urgent" }, "priority"],
    [{ ...MINIMAL, match: { tol: "x" } }, "match"],
    [{ ...MINIMAL, match: { fields: 1 } }, "match.fields"],
    [{ ...MINIMAL, handler: {} }, "handler"],
    [{ ...MINIMAL, handler: { command: "x", http: {} } }, "handler"],
    [{ ...MINIMAL, handler: null }, "handler"],
    [{ ...MINIMAL, unknown: 1 }, ""],
  ])("refuses %j and names the place", (raw, path) => {
    expect(refuse(raw).map((issue) => issue.path)).toContain(path);
  });

  it("says what a handler may be", () => {
    expect(refuse({ ...MINIMAL, handler: { cmd: "x" } })[0]?.message).toContain(
      "exactly one of command, http, function",
    );
  });

  it("says what is wrong with the one kind of handler that can be meant", () => {
    const [issue] = refuse({ ...MINIMAL, handler: { command: [true] } });
    expect(issue?.message).toBe(
      "Not a handler: command: expected text for a shell, or a list of texts: the program and its arguments",
    );
  });

  it("keeps the defaults of a policy that is not given", () => {
    expect(normalizeRetry(undefined).maximumAttempts).toBe(3);
    expect(normalizeRetry({ backoff: "fibonacci" })).toMatchObject({
      maximumAttempts: 3,
      backoff: "fibonacci",
    });
  });
});
