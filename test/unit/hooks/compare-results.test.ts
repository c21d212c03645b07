// What a replayed hook decided must be told from what it decided before, by how much it matters.
import { describe, expect, it } from "vitest";

import { compareResults, setAtPath } from "../../../src/hooks/index.ts";

const result = (outcome: object, more: object = {}) => ({
  status: "completed",
  outcome: { outcome: "modify", ...outcome },
  ...more,
});

describe("two results", () => {
  it("C22: that are identical have similarity 1 and no difference", () => {
    const one = result({ input: { a: [1, { b: null }] } });

    expect(compareResults(one, structuredClone(one))).toEqual({
      identical: true,
      differences: [],
      similarity: 1,
    });
  });

  it("C22: of another variant differ critically", () => {
    const compared = compareResults(result({}), result({ outcome: "cancel" }));

    expect(compared).toEqual({
      identical: false,
      differences: [
        { path: "outcome.outcome", severity: "critical", recorded: "modify", replayed: "cancel" },
      ],
      similarity: 0.9,
    });
    expect(compareResults(result({}), { ...result({}), status: "failed" })).toMatchObject({
      differences: [{ path: "status", severity: "critical" }],
    });
  });

  it("C22: that differ in ignored fields alone are identical", () => {
    const recorded = result({ input: { ms: 1, at: "a" } }, { startedAt: "x", durationMs: 1 });
    const replayed = result({ input: { ms: 2, at: "b" } }, { startedAt: "y", durationMs: 9 });

    expect(compareResults(recorded, replayed)).toMatchObject({ identical: false });
    expect(compareResults(recorded, replayed, ["ms", "startedAt", "durationMs", "at"])).toEqual({
      identical: true,
      differences: [],
      similarity: 1,
    });
    expect(
      compareResults(result({ input: { at: 1 } }), result({ input: { at: 2 } }), [
        "outcome.input.at",
      ]),
    ).toMatchObject({ identical: true });
  });

  it("weigh .1, .25, .5 and 1: a field more, another value, another kind, another decision", () => {
    const recorded = result({ input: { n: 1, kind: 1, list: [1] } });
    const replayed = result({
      outcome: "replace",
      input: { n: 2, kind: "1", list: [1, 2] },
    });

    const { differences, similarity } = compareResults(recorded, replayed);

    expect(differences.map(({ path, severity }) => [path, severity])).toEqual([
      ["outcome.outcome", "critical"],
      ["outcome.input.n", "medium"],
      ["outcome.input.kind", "high"],
      ["outcome.input.list[1]", "low"],
    ]);
    expect(similarity).toBeCloseTo((100 - 10 * 1.85) / 100);
  });

  it("are never less similar than 0", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, index]));
    const others = Object.fromEntries(Object.keys(many).map((key) => [key, "x"]));

    expect(compareResults({ many }, { many: others }).similarity).toBe(0);
  });
});

describe("a value set by path", () => {
  it("leaves the original alone, makes what is missing, and goes into lists by index", () => {
    const event = { step: { input: { files: ["a", "b"] } } };

    expect(setAtPath(event, "step.input.files.1", "c")).toEqual({
      ok: true,
      value: { step: { input: { files: ["a", "c"] } } },
    });
    expect(setAtPath(event, "data.deep.n", 1)).toMatchObject({
      value: { data: { deep: { n: 1 } } },
    });
    expect(event.step.input.files[1]).toBe("b");
  });

  it.each([
    "step.input.files.7",
    "step.input.files.a",
    "step..input",
    "__proto__.x",
    "step.input.files.0.x",
  ])("is refused at %s", (path) => {
    const set = setAtPath({ step: { input: { files: ["a"] } } }, path, 1);

    expect(set.ok).toBe(false);
  });
});
