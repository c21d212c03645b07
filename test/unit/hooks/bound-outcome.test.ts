// What hooks answer travels with the run: in its history, its events and its report.
import { describe, expect, it } from "vitest";

import { boundOutcome } from "../../../src/hooks/bound-outcome.ts";
import type { Outcome } from "../../../src/hooks/index.ts";

const text = (chars: number): string => "x".repeat(chars);
const KIB = 1024;

describe("an outcome that a run shall carry", () => {
  it.each<Outcome>([
    { outcome: "continue" },
    { outcome: "cancel", reason: "no", message: "said" },
    { outcome: "modify", input: text(10_000_000) },
    { outcome: "continue", state: { a: text(60 * KIB) }, stop: { reason: "enough" } },
    { outcome: "continue", inject: [{ content: text(60 * KIB), strategy: "tool_result" }] },
  ])("stays as it is while it is small: %#", (outcome) => {
    expect(boundOutcome(outcome, { b: text(400 * KIB) })).toEqual({ ok: true, value: outcome });
  });

  it("loses what is too long of its texts, which only tell", () => {
    const long = text(900_000);
    const cut = `${text(10_000)}... (truncated)`;
    const refusal: Outcome = {
      outcome: "cancel",
      reason: long,
      message: long,
      stop: { reason: long },
    };
    expect(boundOutcome(refusal, {})).toEqual({
      ok: true,
      value: { outcome: "cancel", reason: cut, message: cut, stop: { reason: cut } },
    });
    expect(boundOutcome({ outcome: "ask", prompt: long }, {})).toEqual({
      ok: true,
      value: { outcome: "ask", prompt: cut },
    });
  });

  it("is refused when it changes the state by too much, or makes too much of it", () => {
    expect(boundOutcome({ outcome: "continue", state: { a: text(70 * KIB) } }, {})).toEqual({
      ok: false,
      error: expect.stringContaining("at most 65536 are allowed") as string,
    });
    const grown = boundOutcome({ outcome: "continue", state: { a: 1 } }, { b: text(600 * KIB) });
    expect(grown).toMatchObject({ error: expect.stringContaining("at most 524288") as string });
    // What takes the place of something large is fine.
    expect(boundOutcome({ outcome: "continue", state: { b: 1 } }, { b: text(600 * KIB) }).ok).toBe(
      true,
    );
  });

  it("is refused when it injects too much", () => {
    const injection = { content: text(40 * KIB), strategy: "tool_result" } as const;
    const inject = [injection, injection];
    expect(boundOutcome({ outcome: "continue", inject }, {})).toMatchObject({
      ok: false,
      error: expect.stringContaining("it injects 81924 bytes") as string,
    });
  });
});
