/** Which local steps the compiler links into chains; what a run makes of them is in test/workflow/fusion.test.ts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import { readPattern, type Plan } from "../../../src/patterns/index.ts";
import { allSteps } from "../../../src/patterns/plan-steps.ts";

function planOf(steps: JsonObject, more: JsonObject = {}): Plan {
  const read = readPattern({ heddle: "v1", name: "p", version: "1.0.0", ...more, steps });
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues));
  return read.accepted.plan;
}

/** The chains as `a>b>c`, in document order. */
function chainsOf(plan: Plan): readonly string[] {
  const steps = [...allSteps(plan.steps)].sort((left, right) => left.order - right.order);
  const next = new Map(steps.map(({ id, fusesWith }) => [id, fusesWith]));
  const followers = new Set(next.values());
  return steps
    .filter(({ id, fusesWith }) => fusesWith !== undefined && !followers.has(id))
    .map(({ id }) => {
      const chain = [id];
      for (let at = next.get(id); at !== undefined; at = next.get(at)) chain.push(at);
      return chain.join(">");
    });
}

const local = (needs: readonly string[] = [], more: JsonObject = {}): JsonObject => ({
  call: "work",
  dispatch: "local",
  needs,
  ...more,
});

describe("chains of local steps", () => {
  it("are linked from end to end, and a plan without two local steps has none", () => {
    expect(chainsOf(planOf({ a: local(), b: local(["a"]), c: local(["b"]) }))).toEqual(["a>b>c"]);
    const plan = planOf({ a: { call: "work" }, b: { call: "work", needs: ["a"] } });
    expect(JSON.stringify(plan)).not.toContain("fusesWith");
  });

  it("may read every earlier member, and end where a step outside waits for less than the whole", () => {
    expect(chainsOf(planOf({ a: local(), b: local(["a"]), c: local(["a", "b"]) }))).toEqual([
      "a>b>c",
    ]);
    const reader = { call: "work" };
    expect(
      chainsOf(planOf({ a: local(), b: local(["a"]), x: { ...reader, needs: ["a", "b"] } })),
    ).toEqual(["a>b"]);
    expect(
      chainsOf(
        planOf({ a: local(), b: local(["a"]), c: local(["b"]), x: { ...reader, needs: ["b"] } }),
      ),
    ).toEqual(["a>b"]);
    expect(
      chainsOf(planOf({ a: local(), b: local(["a"]), x: { ...reader, needs: ["a"] } })),
    ).toEqual([]);
  });

  it("end where a step waits for something else as well", () => {
    const plan = planOf({ a: local(), x: { call: "work" }, b: local(["a", "x"]), c: local(["b"]) });
    expect(chainsOf(plan)).toEqual(["b>c"]);
  });

  it.each<[string, JsonObject]>([
    ["an activity of its own", { dispatch: "activity" }],
    ["a lock", { lock: "x" }],
    ["a kept result", { cache: { key: "x", ttl: "1h" } }],
    ["items", { foreach: { items: [1] } }],
    ["a limit over all attempts", { scheduleToClose: "1m" }],
    ["a join that a success does not meet", { join: "anyFailed" }],
    ["a join of its own kind", { join: { atLeast: 1 } }],
  ])("leave out a step with %s", (_what, more) => {
    const steps = { a: local(), b: local(["a"], { onError: "continue" }), c: local(["b"], more) };
    expect(chainsOf(planOf(steps))).toEqual(["a>b"]);
  });

  it("leave out what another step may cancel", () => {
    const steps = { a: local(), b: local(["a"]), c: local(["b"]), x: { set: {}, cancels: ["c"] } };
    expect(chainsOf(planOf(steps))).toEqual(["a>b"]);
  });

  it("do not exist in an interleaved group, nor with fusion switched off", () => {
    const steps = { a: local(), b: local(["a"]) };
    expect(chainsOf(planOf({ g: { group: { steps } } }))).toEqual(["a>b"]);
    expect(chainsOf(planOf({ g: { group: { interleaved: true, steps } } }))).toEqual([]);
    expect(chainsOf(planOf(steps, { coordination: { fusion: false } }))).toEqual([]);
  });

  it("are at most 50 steps long, however long the line is", () => {
    const line = Array.from({ length: 120 }, (_none, at) => [
      `s${String(at)}`,
      local(at === 0 ? [] : [`s${String(at - 1)}`]),
    ]);
    const plan = planOf(Object.fromEntries(line) as JsonObject); // as: pairs of id and step
    expect(chainsOf(plan).map((chain) => chain.split(">").length)).toEqual([50, 50, 20]);
  });

  it("never keep a step outside waiting for more than it needs, in any graph", () => {
    const graphs = fc.integer({ min: 2, max: 14 }).chain((size) =>
      fc
        .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 2 })
        .map((pairs) => {
          const steps = Array.from({ length: size }, (_none, at) => {
            const needs = pairs
              .filter(([from, to]) => to === at && from < at)
              .map(([from]) => `s${String(from)}`);
            return [`s${String(at)}`, local([...new Set(needs)])];
          });
          return Object.fromEntries(steps) as JsonObject; // as: pairs of id and step
        }),
    );
    fc.assert(
      fc.property(graphs, (steps) => {
        const plan = planOf(steps);
        for (const text of chainsOf(plan)) {
          const chain = text.split(">");
          const last = chain.at(-1) ?? "";
          for (const step of plan.steps) {
            const inside = chain.indexOf(step.id);
            const needed = step.needs.filter((need) => chain.includes(need));
            if (inside > 0) expect(needed).toEqual(expect.arrayContaining([chain[inside - 1]]));
            if (inside > 0) expect(needed).toHaveLength(step.needs.length);
            if (inside < 0 && needed.length > 0) expect(needed).toContain(last);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
