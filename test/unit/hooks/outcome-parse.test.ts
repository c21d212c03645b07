import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import { describeOutcome, parseOutcome, type Outcome } from "../../../src/hooks/index.ts";

describe("parseOutcome", () => {
  const READ: readonly (readonly [string, JsonValue, Outcome])[] = [
    ["nothing as continue", null, { outcome: "continue" }],
    ["an object without outcome as continue", {}, { outcome: "continue" }],
    ["a null input", { outcome: "modify", input: null }, { outcome: "modify", input: null }],
    ["a replacement", { outcome: "replace", output: [1] }, { outcome: "replace", output: [1] }],
    [
      "a refusal without a reason as a refusal",
      { outcome: "cancel" },
      { outcome: "cancel", reason: "no reason given" },
    ],
    [
      "an approval with a deadline",
      { outcome: "ask", prompt: "ok?", timeout: "2h", default: "deny", input: { a: 1 } },
      { outcome: "ask", prompt: "ok?", timeoutMs: 7_200_000, default: "deny", input: { a: 1 } },
    ],
    [
      "a retry with a delay in words",
      { outcome: "retry", delay: "1s", maxAttempts: 4 },
      { outcome: "retry", delayMs: 1000, maxAttempts: 4 },
    ],
    [
      "a retry with a delay in milliseconds",
      { outcome: "retry", delayMs: 250 },
      { outcome: "retry", delayMs: 250 },
    ],
    ["a redirect", { outcome: "redirect", step: "b" }, { outcome: "redirect", step: "b" }],
    ["a skip", { outcome: "skipTo", step: "b" }, { outcome: "skipTo", step: "b" }],
    [
      "a fork",
      { outcome: "fork", operations: [{ id: "a", pattern: "p@1", input: 1 }] },
      { outcome: "fork", operations: [{ id: "a", pattern: "p@1", input: 1 }] },
    ],
    [
      "a cache rule",
      { outcome: "cache", key: "k", ttl: "5m" },
      { outcome: "cache", key: "k", ttlMs: 300_000 },
    ],
    ["a skipped hook", { outcome: "skipped", reason: "r" }, { outcome: "skipped", reason: "r" }],
    [
      "what accompanies a decision",
      { state: { a: 1 }, inject: [{ content: "c" }], message: "m", stop: {} },
      {
        outcome: "continue",
        state: { a: 1 },
        inject: [{ content: "c", strategy: "tool_result" }],
        message: "m",
        stop: { reason: "no reason given" },
      },
    ],
  ];

  it.each(READ)("reads %s", (_title, value, expected) => {
    expect(parseOutcome(value)).toEqual({ ok: true, value: expected });
  });

  const REFUSED: readonly (readonly [JsonValue, string])[] = [
    ["ok", 'Expected an outcome object, got "ok"'],
    [[], "Expected an outcome object"],
    [{ outcome: "ok" }, 'Unknown outcome "ok"'],
    [{ outcome: "deny" }, 'Unknown outcome "deny"'],
    [{ outcome: 1 }, "Unknown outcome 1"],
    [{ decision: "block" }, 'The outcome "continue" has no "decision"'],
    [{ outcome: "cancel", input: 1 }, 'The outcome "cancel" has no "input"'],
    [{ outcome: "cancel", reason: 1 }, 'Expected "reason" to be text'],
    [{ outcome: "modify" }, 'The outcome "modify" needs "input"'],
    [{ outcome: "replace" }, 'needs "output"'],
    [{ outcome: "ask" }, 'Expected "prompt" to be text that is not empty'],
    [{ outcome: "ask", prompt: "p", default: "yes" }, '"approve" or "deny"'],
    [{ outcome: "ask", prompt: "p", timeout: "soon" }, '"timeout": Expected a duration'],
    [{ outcome: "retry", delay: "1s", delayMs: 1 }, "both given"],
    [{ outcome: "retry", delayMs: "1s" }, "number of milliseconds"],
    [{ outcome: "retry", delay: -1 }, "zero or more"],
    [{ outcome: "retry", maxAttempts: 0 }, "whole number from 1"],
    [{ outcome: "redirect", step: "" }, 'Expected "step"'],
    [{ outcome: "skipTo" }, 'Expected "step"'],
    [{ outcome: "fork", operations: [] }, "list of { id, pattern, input }"],
    [{ outcome: "fork", operations: [1] }, "Expected an operation"],
    [{ outcome: "fork", operations: [{ id: "a" }] }, 'Expected "pattern"'],
    [{ outcome: "fork", operations: [{ pattern: "p" }] }, 'Expected "id"'],
    [{ outcome: "fork", operations: [{ id: "a", pattern: "p", x: 1 }] }, 'no "x"'],
    [
      {
        outcome: "fork",
        operations: [
          { id: "a", pattern: "p" },
          { id: "a", pattern: "q" },
        ],
      },
      'Two operations have the id "a"',
    ],
    [{ outcome: "cache" }, 'Expected "key"'],
    [{ outcome: "cache", key: "k", ttl: true }, '"ttl": Expected a duration'],
    [{ state: [] }, 'Expected "state" to be an object'],
    [{ message: 1 }, 'Expected "message" to be text'],
    [{ inject: {} }, 'Expected "inject" to be a list'],
    [{ inject: ["x"] }, "Expected an injection"],
    [{ inject: [{ content: 1 }] }, 'Expected "content" to be text'],
    [{ inject: [{ content: "c", strategy: "x" }] }, "tool_result"],
    [{ inject: [{ content: "c", at: 1 }] }, 'no "at"'],
    [{ stop: true }, 'Expected "stop" to be { reason }'],
    [{ stop: { reason: 1 } }, 'Expected "reason" to be text'],
    [{ stop: { why: "x" } }, '"stop" has no "why"'],
    [{ outcome: "x".repeat(500) }, "..."],
  ];

  it.each(REFUSED)("refuses %j and says why", (value, sentence) => {
    const parsed = parseOutcome(value);
    expect(parsed.ok ? "" : parsed.error).toContain(sentence);
  });

  it("reads back what it has read, so that a stored outcome is an outcome", () => {
    for (const [, value] of READ) {
      const once = parseOutcome(value);
      if (!once.ok) throw new Error(once.error);
      expect(parseOutcome(JSON.parse(JSON.stringify(once.value)) as JsonValue)).toEqual(once);
    }
  });
});

describe("describeOutcome", () => {
  it.each<readonly [Outcome, string]>([
    [{ outcome: "continue" }, "continue"],
    [{ outcome: "modify", input: 1 }, "modify"],
    [{ outcome: "cancel", reason: "two\nlines" }, "cancel: two lines"],
    [{ outcome: "skipped", reason: "r" }, "skipped: r"],
    [{ outcome: "ask", prompt: "p".repeat(200) }, `ask: ${"p".repeat(79)}…`],
    [{ outcome: "retry" }, "retry"],
    [{ outcome: "retry", delayMs: 2500 }, "retry in 2.5s"],
    [{ outcome: "redirect", step: "s" }, "redirect s"],
    [{ outcome: "skipTo", step: "s" }, "skipTo s"],
    [{ outcome: "fork", operations: [{ id: "a", pattern: "p" }] }, "fork a"],
    [{ outcome: "cache", key: "k" }, "cache k"],
    [{ outcome: "continue", stop: { reason: "over" } }, "continue, stop: over"],
  ])("writes %j in one short line", (outcome, text) => {
    expect(describeOutcome(outcome)).toBe(text);
  });
});
