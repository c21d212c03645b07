import { describe, expect, it } from "vitest";

import {
  advanceChain,
  advanceChainTogether,
  groupChain,
  mergeOutcomes,
  outcomeOfFailure,
  resumeChain,
  runsInChain,
  startChain,
  type Chain,
  type Hook,
  type Outcome,
} from "../../../src/hooks/index.ts";
import { makeHook } from "./make-hook.ts";

/** Runs hooks as the interpreter does, with outcomes given by name. */
function run(input: number, entries: readonly (readonly [Partial<Hook>, Outcome])[]): Chain {
  return entries.reduce((chain, [fields, outcome], at) => {
    const hook = makeHook({ name: `h${at}`, ...fields });
    return runsInChain(chain, hook) ? advanceChain(chain, hook, outcome) : chain;
  }, startChain(input));
}

const names = (chain: Chain): readonly string[] => chain.executed.map((each) => each.hook);

describe("a chain of hooks", () => {
  it("C4: a cancel ends it, so the third hook never runs", () => {
    const chain = run(1, [
      [{}, { outcome: "continue" }],
      [{}, { outcome: "cancel", reason: "no" }],
      [{}, { outcome: "continue" }],
    ]);

    expect(names(chain)).toEqual(["h0", "h1"]);
    expect(chain.decision).toEqual({ outcome: "cancel", reason: "no" });
    expect(chain.decidedBy).toBe("h1");
  });

  it.each<Outcome>([
    { outcome: "replace", output: 1 },
    { outcome: "ask", prompt: "?" },
    { outcome: "continue", stop: { reason: "over" } },
  ])("C4: %j ends it likewise", (outcome) => {
    expect(
      names(
        run(1, [
          [{}, outcome],
          [{}, { outcome: "continue" }],
        ]),
      ),
    ).toEqual(["h0"]);
  });

  it("lets each hook see the previous modification", () => {
    const chain = run(1, [
      [{}, { outcome: "modify", input: 2 }],
      [{}, { outcome: "modify", input: 3 }],
    ]);
    expect(chain).toMatchObject({ input: 3, isModified: true, decision: { outcome: "continue" } });
  });

  it("D5: a refusal keeps its reason verbatim and the second hook is not called", () => {
    const chain = run(1, [
      [{}, { outcome: "cancel", reason: "  as written\n" }],
      [{}, { outcome: "modify", input: 9 }],
    ]);
    expect(chain.decision).toEqual({ outcome: "cancel", reason: "  as written\n" });
    expect(chain.input).toBe(1);
  });

  it("runs alwaysRun hooks after the end, keeps what they say, and ignores what they decide", () => {
    const chain = run(1, [
      [{}, { outcome: "cancel", reason: "no" }],
      [{ alwaysRun: true }, { outcome: "replace", output: 1, message: "seen", state: { a: 1 } }],
      [{}, { outcome: "continue" }],
    ]);

    expect(names(chain)).toEqual(["h0", "h1"]);
    expect(chain.decision).toEqual({ outcome: "cancel", reason: "no" });
    expect(chain.messages).toEqual([{ hook: "h1", message: "seen" }]);
    expect(chain.state).toEqual({ a: 1 });
  });

  it("D6: keeps two injections in order, each with its own strategy", () => {
    const chain = run(1, [
      [{}, { outcome: "continue", inject: [{ content: "First", strategy: "tool_result" }] }],
      [
        {},
        {
          outcome: "cancel",
          reason: "r",
          inject: [{ content: "Second", strategy: "user_message" }],
        },
      ],
    ]);
    expect(chain.injections).toEqual([
      { hook: "h0", content: "First", strategy: "tool_result" },
      { hook: "h1", content: "Second", strategy: "user_message" },
    ]);
  });

  it("takes the strongest jump, the first among equals, and adds forks up", () => {
    const jumped = run(1, [
      [{}, { outcome: "retry" }],
      [{}, { outcome: "redirect", step: "a" }],
      [{}, { outcome: "redirect", step: "b" }],
      [{}, { outcome: "retry" }],
    ]);
    const forked = run(1, [
      [{}, { outcome: "fork", operations: [{ id: "a", pattern: "p" }] }],
      [{}, { outcome: "fork", operations: [{ id: "b", pattern: "p" }] }],
    ]);

    expect(jumped.decision).toEqual({ outcome: "redirect", step: "a" });
    expect(forked.decision).toMatchObject({ operations: [{ id: "a" }, { id: "b" }] });
  });

  it("keeps a cache rule beside any decision", () => {
    const chain = run(1, [
      [{}, { outcome: "cache", key: "k", ttlMs: 5 }],
      [{}, { outcome: "cache", key: "k2" }],
      [{}, { outcome: "retry" }],
    ]);
    expect(chain).toMatchObject({ cache: { key: "k2" }, decision: { outcome: "retry" } });
  });

  it("gives the remaining hooks their turn once a person has approved, unless the run stops", () => {
    const asked = run(1, [[{}, { outcome: "ask", prompt: "?", input: 5 }]]);
    const stopped = run(1, [[{}, { outcome: "ask", prompt: "?", stop: { reason: "r" } }]]);

    expect(asked).toMatchObject({
      ended: true,
      input: 5,
      decision: { outcome: "ask", prompt: "?" },
    });
    expect(resumeChain(asked)).toMatchObject({ ended: false, decision: { outcome: "continue" } });
    expect(resumeChain(stopped).ended).toBe(true);
  });

  it("runs hooks of Claude Code's protocol side by side and merges them in configured order", () => {
    const hooks = [
      makeHook({ name: "a" }),
      makeHook({ name: "b", protocol: "claude" }),
      makeHook({ name: "c", protocol: "claude" }),
      makeHook({ name: "d" }),
    ];
    expect(groupChain(hooks).map((group) => group.map((hook) => hook.name))).toEqual([
      ["a"],
      ["b", "c"],
      ["d"],
    ]);

    const chain = advanceChainTogether(startChain(1), [
      { hook: makeHook({ name: "b" }), outcome: { outcome: "modify", input: 2 } },
      { hook: makeHook({ name: "c" }), outcome: { outcome: "cancel", reason: "no" } },
    ]);
    expect(chain).toMatchObject({ input: 1, decidedBy: "c", decision: { outcome: "cancel" } });
    expect(advanceChainTogether(startChain(1), [])).toEqual(startChain(1));
  });
});

describe("mergeOutcomes", () => {
  it("C15: a modification beats continue, a cancel beats both and a replacement", () => {
    expect(mergeOutcomes([{ outcome: "continue" }, { outcome: "modify", input: 1 }])).toEqual({
      outcome: "modify",
      input: 1,
    });
    expect(
      mergeOutcomes([
        { outcome: "modify", input: 1 },
        { outcome: "cancel", reason: "no" },
        { outcome: "replace", output: 1 },
      ]),
    ).toEqual({ outcome: "cancel", reason: "no" });
    expect(mergeOutcomes([])).toEqual({ outcome: "continue" });
  });

  it("takes the last rewrite, the first question, every reason and every fork", () => {
    expect(
      mergeOutcomes([
        { outcome: "modify", input: 1 },
        { outcome: "modify", input: 2 },
      ]),
    ).toEqual({ outcome: "modify", input: 2 });
    expect(
      mergeOutcomes([
        { outcome: "cancel", reason: "a" },
        { outcome: "cancel", reason: "b" },
        { outcome: "cancel", reason: "a\nb" },
      ]),
    ).toEqual({ outcome: "cancel", reason: "a\nb" });
    expect(
      mergeOutcomes([
        { outcome: "ask", prompt: "a" },
        { outcome: "ask", prompt: "b" },
        { outcome: "modify", input: 7 },
      ]),
    ).toEqual({ outcome: "ask", prompt: "a", input: 7 });
    expect(
      mergeOutcomes([
        { outcome: "fork", operations: [{ id: "a", pattern: "p" }] },
        { outcome: "fork", operations: [{ id: "b", pattern: "p" }] },
      ]),
    ).toMatchObject({ operations: [{ id: "a" }, { id: "b" }] });
  });

  it("loses no state, text or stop to another hook's decision", () => {
    expect(
      mergeOutcomes([
        {
          outcome: "continue",
          state: { a: 1 },
          message: "x",
          inject: [{ content: "c", strategy: "tool_result" }],
        },
        {
          outcome: "cancel",
          reason: "no",
          state: { a: 2, b: 1 },
          message: "y",
          stop: { reason: "s" },
        },
      ]),
    ).toEqual({
      outcome: "cancel",
      reason: "no",
      state: { a: 2, b: 1 },
      message: "x\ny",
      inject: [{ content: "c", strategy: "tool_result" }],
      stop: { reason: "s" },
    });
  });
});

describe("outcomeOfFailure", () => {
  it("D4: a crash lets through by default, refuses when closed, and says whether it timed out", () => {
    const crash = { type: "CommandFailed", message: "boom" };

    expect(outcomeOfFailure(makeHook(), crash)).toMatchObject({ outcome: "continue" });
    expect(outcomeOfFailure(makeHook({ onError: "closed" }), crash)).toEqual({
      outcome: "cancel",
      reason: 'The hook "h" failed: boom',
    });
    expect(
      outcomeOfFailure(makeHook({ onError: "closed" }), { type: "TimedOut", message: "late" }),
    ).toMatchObject({ reason: expect.stringContaining("timed out") as string });
    expect(outcomeOfFailure(makeHook({ onError: "stop" }), crash)).toMatchObject({
      outcome: "continue",
      stop: { reason: expect.stringContaining("boom") as string },
    });
  });
});
