// The states of a breaker, on a clock that the test moves: what counts, what opens it, who may probe, what closes it.
import { describe, expect, it } from "vitest";

import {
  admitCall,
  CLOSED_BREAKER,
  forgetCall,
  noteResult,
  type BreakerState,
} from "../../../src/hooks/breaker.ts";
import type { BreakerPolicy } from "../../../src/hooks/index.ts";

const POLICY: BreakerPolicy = {
  failures: 2,
  successes: 2,
  windowMs: 1000,
  openMs: 100,
  slowCalls: 2,
  slowMs: 50,
};

/** A breaker with a clock, asked as the worker asks it. */
function breakerAt(policy: Partial<BreakerPolicy> = {}, leaseMs = 10_000) {
  const settled = { ...POLICY, ...policy };
  let state: BreakerState = CLOSED_BREAKER;
  let now = 0;
  return {
    state: () => state,
    later: (ms: number) => {
      now += ms;
    },
    begin(id: string): boolean {
      const asked = admitCall(state, settled, { id, now }, leaseMs);
      state = asked.state;
      return asked.admission.admitted;
    },
    end(id: string, result: { failed?: boolean; ms?: number } = {}): void {
      state = noteResult(state, settled, { id, now, failed: false, ms: 1, ...result });
    },
    forget(id: string): void {
      state = forgetCall(state, id);
    },
  };
}

describe("a closed breaker", () => {
  it("C5: opens at the second failure and then admits nothing", () => {
    const breaker = breakerAt();
    for (const id of ["a", "b"]) {
      expect(breaker.begin(id)).toBe(true);
      breaker.end(id, { failed: true });
    }

    expect(breaker.begin("c")).toBe(false);
    expect(breaker.state()).toMatchObject({ state: "open", why: "2 failures within 1s" });
  });

  it("counts failures within its window only, whatever succeeded in between", () => {
    const breaker = breakerAt();
    breaker.end("a", { failed: true });
    breaker.later(1000);
    breaker.end("b", { failed: true });
    expect(breaker.begin("c")).toBe(true);

    breaker.end("c");
    breaker.later(500);
    breaker.end("d", { failed: true });

    expect(breaker.begin("e")).toBe(false);
  });

  it("C6: opens at the second slow call in a row; a quick one between them starts the row anew", () => {
    const breaker = breakerAt();
    breaker.end("a", { ms: 60 });
    breaker.end("b", { ms: 1 });
    breaker.end("c", { ms: 60 });
    expect(breaker.begin("d")).toBe(true);

    breaker.end("d", { ms: 60 });

    expect(breaker.begin("e")).toBe(false);
    expect(breaker.state()).toMatchObject({ why: "2 slow calls in a row" });
  });
});

describe("an open breaker", () => {
  const opened = (policy: Partial<BreakerPolicy> = {}, leaseMs?: number) => {
    const breaker = breakerAt(policy, leaseMs);
    breaker.end("a", { failed: true });
    breaker.end("b", { failed: true });
    return breaker;
  };

  it("C6: lets a probe through after its time, and two quick successes close it", () => {
    const breaker = opened();
    breaker.later(99);
    expect(breaker.begin("early")).toBe(false);
    breaker.later(51);

    expect(breaker.begin("p1")).toBe(true);
    breaker.end("p1");
    expect(breaker.state()).toMatchObject({ state: "halfOpen", successes: 1 });
    expect(breaker.begin("p2")).toBe(true);
    breaker.end("p2");

    expect(breaker.state()).toEqual(CLOSED_BREAKER);
  });

  it("lets no more probes through at once than successes are missing", () => {
    const breaker = opened();
    breaker.later(100);

    expect(["p1", "p2", "p3", "p4"].map((id) => breaker.begin(id))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["failed", { failed: true }],
    ["was slow", { ms: 60 }],
  ])("opens again when a probe %s", (why, result) => {
    const breaker = opened();
    breaker.later(100);
    breaker.begin("p1");

    breaker.end("p1", result);

    expect(breaker.state()).toMatchObject({ state: "open", until: 200, why: `its probe ${why}` });
  });

  it("gives a probe up that never reported, so that the next one may try", () => {
    const breaker = opened({ successes: 1 }, 5000);
    breaker.later(100);
    expect(breaker.begin("lost")).toBe(true);
    breaker.later(4999);
    expect(breaker.begin("next")).toBe(false);
    breaker.later(1);

    expect(breaker.begin("next")).toBe(true);
  });

  it("takes a cancelled probe back without judging it", () => {
    const breaker = opened({ successes: 1 });
    breaker.later(100);
    breaker.begin("cancelled");

    breaker.forget("cancelled");

    expect(breaker.begin("next")).toBe(true);
  });

  it("is not moved by calls that it admitted while it was closed", () => {
    const breaker = breakerAt();
    breaker.begin("late");
    breaker.end("a", { failed: true });
    breaker.end("b", { failed: true });
    breaker.later(100);
    breaker.begin("probe");

    breaker.end("late", { failed: true });

    expect(breaker.state()).toMatchObject({ state: "halfOpen", successes: 0 });
  });
});
