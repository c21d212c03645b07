// Script hooks: three shapes of results, read without loss, and nothing unknown is ever a cancel.
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import type { HookEvent } from "../../../src/hooks/index.ts";
import { llmspellEvent, readLlmspellResult } from "../../../src/hooks/importers/llmspell/index.ts";
import { executeHook } from "../../../src/hooks/executors/index.ts";
import { handlerContext } from "../executors/fixtures.ts";
import { makeHook } from "./make-hook.ts";

const read = (result: JsonValue) => readLlmspellResult(result);

describe("a result named by type", () => {
  it.each<[JsonValue, object]>([
    [{ type: "continue" }, { outcome: "continue" }],
    [{ type: "Continue" }, { outcome: "continue" }],
    [
      { type: "modified", data: { a: 1 } },
      { outcome: "modify", input: { a: 1 } },
    ],
    [
      { type: "cancel", reason: "no" },
      { outcome: "cancel", reason: "no" },
    ],
    [
      { type: "redirect", target: "other" },
      { outcome: "redirect", step: "other" },
    ],
    [
      { type: "replace", data: [1] },
      { outcome: "replace", output: [1] },
    ],
    [
      { type: "retry", delay_ms: 50, max_attempts: 2 },
      { outcome: "retry", delayMs: 50, maxAttempts: 2 },
    ],
    [{ type: "retry" }, { outcome: "retry", delayMs: 1000, maxAttempts: 3 }],
    [
      { type: "fork", operations: [{ id: "x", type: "audit", params: { b: 2 } }] },
      { outcome: "fork", operations: [{ id: "x", pattern: "audit", input: { b: 2 } }] },
    ],
    [
      { type: "cache", key: "k", ttl: 60 },
      { outcome: "cache", key: "k", ttlMs: 60_000 },
    ],
    [
      { type: "skipped", reason: "off" },
      { outcome: "skipped", reason: "off" },
    ],
    [
      { action: "cancel", reason: "no" },
      { outcome: "cancel", reason: "no" },
    ],
    [
      { action: "modify", data: 1 },
      { outcome: "modify", input: 1 },
    ],
    ["continue", { outcome: "continue" }],
    [null, { outcome: "continue" }],
  ])("%j", (result, outcome) => {
    expect(read(result)).toEqual({ ok: true, value: outcome });
  });

  it.each<[JsonValue]>([
    ["ok"],
    [{ type: "okay" }],
    [{ action: "toString" }],
    [{ type: 5 }],
    [{ done: true }],
    [true],
    [{ type: "modified" }],
    [{ type: "redirect" }],
    [{ type: "fork", operations: [] }],
    [{ type: "fork", operations: [{ id: "x" }] }],
    [{ type: "cache" }],
    [{ type: "cache", key: "k", ttl: "soon" }],
    [{ type: "retry", max_attempts: 0 }],
    [{ continue_execution: "no" }],
    [{ retry_step: true, skip_to_step: "x" }],
    [{ continue_execution: true, skip_to_step: 3 }],
  ])("C23: %j is an error, never a cancel", (result) => {
    expect(read(result).ok).toBe(false);
  });
});

describe("a result of a workflow script", () => {
  it.each<[JsonValue, object]>([
    [{}, { outcome: "continue" }],
    [{ continue_execution: true }, { outcome: "continue" }],
    [{ continue_execution: true, retry_step: true }, { outcome: "retry" }],
    [
      { continue_execution: true, skip_to_step: "build_fallback", message: "slower" },
      { outcome: "skipTo", step: "build_fallback", message: "slower" },
    ],
    [
      { continue_execution: false, message: "no way" },
      { outcome: "continue", message: "no way", stop: { reason: "no way" } },
    ],
    [
      { continue_execution: true, state_updates: { seen: 1 } },
      { outcome: "continue", state: { seen: 1 } },
    ],
  ])("%j", (result, outcome) => {
    expect(read(result)).toEqual({ ok: true, value: outcome });
  });
});

const EVENT: HookEvent = {
  id: "w/r/step.before/a",
  point: "step.before",
  hook: "h",
  run: { id: "r", workflowId: "w", pattern: "p", version: "1.0.0", session: "s" },
  step: {
    id: "a",
    kind: "run",
    tool: "Bash",
    type: "test",
    attempt: 2,
    input: { command: "ls" },
    durationMs: 5,
  },
  state: { k: 1 },
  workspace: "/w",
};

describe("a script hook", () => {
  it("gets the workflow, the step, the state and the general context", () => {
    const hook = makeHook({ name: "h", on: "step.before", alias: "workflow:before_step" });

    expect(llmspellEvent(EVENT, hook, "2026-01-01T00:00:00Z")).toEqual({
      hook_point: "workflow:before_step",
      point: "workflow:before_step",
      timestamp: "2026-01-01T00:00:00Z",
      workflow: { id: "w", name: "p", type: "custom" },
      state: { k: 1 },
      step: {
        id: "a",
        name: "a",
        type: "test",
        input: { command: "ls" },
        duration: 5,
        metadata: { kind: "run", tool: "Bash", attempt: 2 },
      },
      component_id: { id: "a", type: "tool", name: "a" },
      data: {},
      metadata: { event_id: "w/r/step.before/a", run_id: "r", version: "1.0.0" },
      correlation_id: "s",
      language: "script",
    });
  });

  it("C23: whose script returns a cancel really cancels; an unknown string fails", async () => {
    const run = async (answer: object | string) =>
      executeHook(
        makeHook({
          name: "h",
          on: "step.before",
          protocol: "llmspell",
          handler: { command: ["printf", "%s", JSON.stringify(answer)] },
        }),
        EVENT,
        await handlerContext(),
      );

    expect(await run({ type: "cancel", reason: "stop here" })).toEqual({
      kind: "decided",
      outcome: { outcome: "cancel", reason: "stop here" },
    });
    expect(await run("ok")).toMatchObject({
      kind: "failed",
      error: { type: "HookOutcomeInvalid", message: expect.stringContaining('"ok"') as string },
    });
  });
});
