// Several handlers as one hook: who is asked, what each of them sees, and how their answers become one decision.
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import {
  defineHandler,
  executeHook,
  type HookReading,
} from "../../../src/hooks/executors/index.ts";
import type { Handler, HookEvent } from "../../../src/hooks/index.ts";
import { makeEvent, makeHook } from "../hooks/make-hook.ts";
import { handlerContext } from "./fixtures.ts";

type Child = (event: HookEvent, signal: AbortSignal) => JsonValue | Promise<JsonValue>;

/** Children by name, how often each was asked, and the hook's reading. */
function asking(children: Readonly<Record<string, Child>>) {
  const asked: string[] = [];
  const definitions = Object.entries(children).map(([name, run]) =>
    defineHandler(name, {}, (event, { signal }) => {
      asked.push(name);
      return run(event as HookEvent, signal); // as: the hook executor gives an event
    }),
  );
  return {
    asked,
    ask: async (handler: Handler, timeoutMs = 10_000): Promise<HookReading> =>
      executeHook(
        makeHook({ handler }),
        makeEvent({ step: { id: "s", kind: "run", tool: "Bash", attempt: 1, input: { n: 1 } } }),
        await handlerContext({ timeoutMs }, definitions),
      ),
  };
}

const refs = (...names: readonly string[]): readonly Handler[] =>
  names.map((name) => ({ function: name }));
const decided = (outcome: JsonValue) => ({ kind: "decided", outcome });

const goOn: Child = () => ({ outcome: "continue" });
const modify: Child = () => ({ outcome: "modify", input: 2 });
const replace: Child = () => ({ outcome: "replace", output: 3 });
const cancel: Child = () => ({ outcome: "cancel", reason: "no" });
const fails: Child = () => {
  throw new Error("it broke");
};
/** Ends when it is told to, and never by itself. */
const hangs: Child = (_event, signal) =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve({ outcome: "continue" });
    });
  });

describe("all", () => {
  it("C15: asks one after the other and stops at the first that does not continue", async () => {
    const { ask, asked } = asking({ one: goOn, two: modify, three: goOn });

    expect(await ask({ all: refs("one", "two", "three") })).toEqual(
      decided({ outcome: "modify", input: 2 }),
    );
    expect(asked).toEqual(["one", "two"]);
  });

  it("keeps what those before it said, and goes on past one that did not want to judge", async () => {
    const { ask, asked } = asking({
      told: () => ({ outcome: "continue", message: "seen", state: { a: 1 } }),
      unsure: () => ({ outcome: "skipped", reason: "not mine" }),
      cancel,
    });

    expect(await ask({ all: refs("told", "unsure", "cancel") })).toEqual(
      decided({ outcome: "cancel", reason: "no", message: "seen", state: { a: 1 } }),
    );
    expect(asked).toEqual(["told", "unsure", "cancel"]);
  });

  it("has together the time of the one hook that they are", async () => {
    const { ask, asked } = asking({ hangs, late: goOn });

    expect(await ask({ all: refs("hangs", "late") }, 50)).toMatchObject({
      kind: "failed",
      timedOut: true,
    });
    expect(asked).toEqual(["hangs"]);
  });
});

describe("parallel", () => {
  it("C15: continue and modified is modified; modified, cancel and replace is cancel", async () => {
    const { ask } = asking({ goOn, modify, cancel, replace });

    expect(await ask({ parallel: refs("goOn", "modify") })).toEqual(
      decided({ outcome: "modify", input: 2 }),
    );
    expect(await ask({ parallel: refs("modify", "cancel", "replace") })).toEqual(
      decided({ outcome: "cancel", reason: "no" }),
    );
  });

  it("ranks cancel, replace, redirect, fork, retry, modify, cache, skipped, continue in this order", async () => {
    const outcomes: readonly JsonValue[] = [
      { outcome: "cancel", reason: "no" },
      { outcome: "replace", output: 1 },
      { outcome: "redirect", step: "x" },
      { outcome: "fork", operations: [{ id: "f", pattern: "p" }] },
      { outcome: "retry" },
      { outcome: "modify", input: 1 },
      { outcome: "cache", key: "k" },
      { outcome: "skipped", reason: "r" },
      { outcome: "continue" },
    ];
    const { ask } = asking(
      Object.fromEntries(outcomes.map((outcome, index) => [`c${String(index)}`, () => outcome])),
    );

    for (let first = 0; first < outcomes.length; first += 1) {
      const names = outcomes.slice(first).map((_, index) => `c${String(first + index)}`);
      const reading = await ask({ parallel: refs(...names.reverse()) });
      expect(reading).toMatchObject({ outcome: outcomes[first] });
    }
  });

  it("C15: a child of 200 ms under a parallel timeout of 50 ms is an error", async () => {
    const { ask } = asking({ hangs, goOn });

    expect(await ask({ parallel: refs("goOn", "hangs"), timeoutMs: 50 })).toMatchObject({
      kind: "failed",
      timedOut: true,
      error: { type: "TimedOut" },
    });
  });

  it("fails with the first that fails, and stops the others", async () => {
    const { ask } = asking({ hangs, fails });

    expect(await ask({ parallel: refs("hangs", "fails") })).toMatchObject({
      kind: "failed",
      timedOut: false,
      error: { message: "it broke" },
    });
  });

  it("gives each child an event of its own", async () => {
    const seen: JsonValue[] = [];
    const spoil: Child = (event) => {
      seen.push(structuredClone(event.step?.input ?? null));
      Object.assign(event.step?.input ?? {}, { n: 99 });
      return { outcome: "continue" };
    };
    const { ask } = asking({ a: spoil, b: spoil });

    await ask({ parallel: refs("a", "b"), concurrency: 1 });

    expect(seen).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it("asks no more at once than its concurrency", async () => {
    let [now, most] = [0, 0];
    const counts: Child = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return { outcome: "continue" };
    };
    const { ask, asked } = asking({ a: counts, b: counts, c: counts, d: counts });

    await ask({ parallel: refs("a", "b", "c", "d"), concurrency: 2 });

    expect({ most, asked: asked.length }).toEqual({ most: 2, asked: 4 });
  });
});

describe("firstMatch", () => {
  it("C15: stops at the second when the first continues, and gives its answer alone", async () => {
    const { ask, asked } = asking({
      one: () => ({ outcome: "continue", message: "one was here" }),
      two: cancel,
      three: modify,
    });

    expect(await ask({ firstMatch: refs("one", "two", "three") })).toEqual(
      decided({ outcome: "cancel", reason: "no" }),
    );
    expect(asked).toEqual(["one", "two"]);
  });
});

describe("vote", () => {
  const four = (three: Child, one: Child) => asking({ a: three, b: three, c: three, d: one });
  const names = refs("a", "b", "c", "d");

  it("C15: three of four that continue at 0.5 continue", async () => {
    const { ask, asked } = four(goOn, cancel);

    expect(await ask({ vote: names, threshold: 0.5 })).toEqual(decided({ outcome: "continue" }));
    expect(asked).toHaveLength(4);
  });

  it("continues when no decision has enough votes", async () => {
    const { ask } = four(cancel, goOn);

    expect(await ask({ vote: names, threshold: 1 })).toEqual(decided({ outcome: "continue" }));
  });

  it("counts refusals together however they are worded, but rewrites only when they are the same", async () => {
    const words = asking({
      a: () => ({ outcome: "cancel", reason: "too late" }),
      b: () => ({ outcome: "cancel", reason: "too much" }),
      c: goOn,
    });
    const rewrites = asking({
      a: () => ({ outcome: "modify", input: 1 }),
      b: () => ({ outcome: "modify", input: 2 }),
      c: goOn,
    });
    const vote = { vote: refs("a", "b", "c"), threshold: 0.6 };

    expect(await words.ask(vote)).toEqual(
      decided({ outcome: "cancel", reason: "too late\ntoo much" }),
    );
    expect(await rewrites.ask(vote)).toEqual(decided({ outcome: "continue" }));
  });

  it("breaks a tie by rank: a refusal beats a yes", async () => {
    const { ask } = asking({ yes: goOn, no: cancel });

    expect(await ask({ vote: refs("yes", "no"), threshold: 0.5 })).toEqual(
      decided({ outcome: "cancel", reason: "no" }),
    );
  });

  it("does not need one vote more than the threshold says because of binary fractions", async () => {
    const voters = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`v${String(index)}`, index < 3 ? cancel : fails]),
    );
    const { ask } = asking(voters);

    expect(await ask({ vote: refs(...Object.keys(voters)), threshold: 0.3 })).toMatchObject({
      outcome: { outcome: "cancel" },
    });
  });

  it("fails with a voter that failed where its vote could have mattered", async () => {
    const { ask } = asking({ a: cancel, b: fails });

    expect(await ask({ vote: refs("a", "b"), threshold: 1 })).toMatchObject({
      kind: "failed",
      error: { message: "it broke" },
    });
  });
});

describe("any composite", () => {
  it("C15: without children continues", async () => {
    const { ask } = asking({});

    for (const handler of [
      { all: [] },
      { parallel: [] },
      { firstMatch: [] },
      { vote: [], threshold: 1 },
    ])
      expect(await ask(handler)).toEqual(decided({ outcome: "continue" }));
  });

  it("may stand in another one", async () => {
    const { ask, asked } = asking({ a: goOn, b: cancel, c: goOn });

    expect(
      await ask({
        all: [{ vote: refs("a", "a", "b"), threshold: 0.6 }, { parallel: refs("b", "c") }],
      }),
    ).toEqual(decided({ outcome: "cancel", reason: "no" }));
    expect(asked.sort()).toEqual(["a", "a", "b", "b", "c"]);
  });
});
