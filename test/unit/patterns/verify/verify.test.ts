import { readdirSync, readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Issue, JsonObject } from "../../../../src/core/index.ts";
import { readPattern } from "../../../../src/patterns/index.ts";

const HEAD = { heddle: "v1", name: "test", version: "1.0.0" };

type Pair = readonly [from: number, to: number];
const SIZE = 20;
const node = fc.integer({ min: 0, max: SIZE - 1 });

/** Edges of a random acyclic graph: always from the smaller number to the larger. */
const dag: fc.Arbitrary<readonly Pair[]> = fc
  .array(fc.tuple(node, node), { maxLength: 60 })
  .map((pairs) =>
    pairs.filter(([a, b]) => a !== b).map(([a, b]): Pair => (a < b ? [a, b] : [b, a])),
  );

/** Writes edges as needs and as references by turns. */
function documentOf(pairs: readonly Pair[], order = numbers()): JsonObject {
  const steps = order.map((at) => {
    const into = pairs.filter(([, to]) => to === at).map(([from]) => `s${from}`);
    const needs = into.filter((_, index) => index % 2 === 0);
    const reads = into.filter((_, index) => index % 2 === 1);
    const input = reads.map((id) => `\${{ steps.${id}.output }}`);
    return [`s${at}`, { call: "work", needs, with: input }] as const;
  });
  return { ...HEAD, steps: Object.fromEntries(steps) };
}

function numbers(): readonly number[] {
  return Array.from({ length: SIZE }, (_, at) => at);
}

function cyclesIn(issues: readonly Issue[]): readonly (readonly string[])[] {
  return issues
    .filter(({ code }) => code === "cycle")
    .map(({ message }) => message.slice(message.lastIndexOf(": ") + 2).split(" -> "));
}

describe("the verifier", () => {
  it("accepts every acyclic graph, and the plan is in topological order", () => {
    fc.assert(
      fc.property(dag, (pairs) => {
        const { accepted, issues } = readPattern(documentOf(pairs));
        expect(issues).toEqual([]);
        const place = new Map(accepted?.plan.steps.map(({ id }, at) => [id, at]));
        for (const [from, to] of pairs) {
          expect(place.get(`s${from}`)).toBeLessThan(place.get(`s${to}`) ?? -1);
        }
      }),
    );
  });

  it("refuses a graph with one edge back, and names a cycle that is really there", () => {
    fc.assert(
      fc.property(dag, node, node, (pairs, first, second) => {
        const [low, high] = first < second ? [first, second] : [second, first];
        const all: readonly Pair[] = [...pairs, [low, high], [high, low]];
        const { accepted, issues } = readPattern(documentOf(all));
        expect(accepted).toBeUndefined();
        const edges = new Set(all.map(([from, to]) => `s${from} s${to}`));
        const cycles = cyclesIn(issues);
        expect(cycles.length).toBeGreaterThan(0);
        for (const cycle of cycles) {
          expect(cycle.at(0)).toBe(cycle.at(-1));
          cycle.slice(1).forEach((to, at) => {
            expect(edges).toContain(`${cycle[at] ?? ""} ${to}`);
          });
        }
      }),
    );
  });

  it("says the same whatever the order of keys, and the digest is the same", () => {
    const shuffled = fc.shuffledSubarray([...numbers()], { minLength: SIZE, maxLength: SIZE });
    const anyPairs = fc.array(fc.tuple(node, node), { maxLength: 40 });
    fc.assert(
      fc.property(anyPairs, shuffled, (pairs, order) => {
        const plain = readPattern(documentOf(pairs));
        const mixed = readPattern(documentOf(pairs, order));
        expect(mixed.accepted?.digest).toBe(plain.accepted?.digest);
        const said = ({ issues }: typeof plain): readonly string[] =>
          issues.map(({ code, message }) => `${code} ${message}`).sort();
        expect(said(mixed)).toEqual(said(plain));
      }),
    );
  });

  it("A17: names the circle of a <- c, b <- a, c <- b, and calls it circular", () => {
    const { issues } = readPattern({
      ...HEAD,
      steps: {
        a: { run: "./a.sh", needs: ["c"] },
        b: { run: "./b.sh", needs: ["a"] },
        c: { run: "./c.sh", needs: ["b"] },
      },
    });
    expect(issues.map(({ code }) => code)).toEqual(["cycle"]);
    expect(issues[0]?.message).toContain("circular");
    expect(issues[0]?.message).toContain("a -> b -> c -> a");
  });

  it("A17: names no agents, no tasks, an unknown task and an unknown role, each", () => {
    const empty = readPattern({ ...HEAD, type: "supervisor", steps: {} });
    expect(empty.issues.map(({ code }) => code)).toEqual(["no-steps", "no-agents"]);
    const { issues } = readPattern({
      ...HEAD,
      agents: { writer: { handler: { function: "write" } } },
      steps: { one: { agent: "reader", needs: ["nothing"] }, two: { agent: "writer" } },
    });
    expect(issues.map(({ code }) => code).sort()).toEqual(["unknown-role", "unknown-step"]);
    expect(issues.map(({ message }) => message).join()).toContain('"nothing"');
    expect(issues.map(({ message }) => message).join()).toContain('"reader"');
  });

  it("reports every problem of a document in one pass, in reading order", () => {
    const { issues } = readPattern(
      [
        "heddle: v1",
        "name: Bad Name",
        "version: 1.0.0",
        "steps:",
        "  a: { run: x, needs: [b], typo: 1 }",
        "  b: { run: x, needs: [c] }",
        "  c: { run: x, needs: [b, gone] }",
        "  d: { run: 'echo ${{ 1 + }}' }",
      ].join("\n"),
    );
    expect(issues.map(({ code, line }) => `${line} ${code}`)).toEqual([
      "2 wrong-value",
      "5 unknown-key",
      "6 cycle",
      "7 unknown-step",
      "8 expression-syntax",
    ]);
  });

  it("names a cycle of 10,000 steps whole", () => {
    const length = 10_000;
    const steps = Array.from({ length }, (_, at) => [
      `s${at}`,
      { call: "work", needs: [`s${(at + length - 1) % length}`] },
    ]);
    const { issues } = readPattern({ ...HEAD, steps: Object.fromEntries(steps) as JsonObject });
    expect(cyclesIn(issues).map((cycle) => cycle.length)).toEqual([length + 1]);
  });

  it("verifies a chain of 100,000 steps without running out of stack", () => {
    const length = 100_000;
    const steps = Array.from({ length }, (_, at) => [
      `s${at}`,
      at === 0 ? { call: "work" } : { call: "work", needs: [`s${at - 1}`] },
    ]);
    const { issues, accepted } = readPattern({
      ...HEAD,
      steps: Object.fromEntries(steps) as JsonObject,
    });
    expect(issues).toEqual([]);
    expect(accepted?.plan.steps).toHaveLength(length);
    // Seconds on an idle machine; this only ends a test that hangs.
  }, 300_000);

  it("says in which of many strings an unknown step, a hidden one or a circle is read", () => {
    const lines = [
      "heddle: v1",
      "name: places",
      "version: 1.0.0",
      "steps:",
      "  a:",
      "    call: f",
      "    with:",
      "      first: 1",
      "      second: [2, '${{ steps.gone.output }}']",
      "      third: ${{ steps.hidden.output }}",
      "      fourth: ${{ steps.b.output }}",
      "  b: { call: f, needs: [a] }",
      "  g: { group: { steps: { hidden: { call: f } } } }",
    ];
    const { issues } = readPattern(lines.join("\n"));

    expect(issues.map(({ code, path, line, column }) => [code, path, line, column])).toEqual([
      ["unknown-step", "steps.a.with.second[1]", 9, 19],
      ["non-ancestor", "steps.a.with.third", 10, 7],
      ["cycle", "steps.a.with.fourth", 11, 7],
    ]);
  });

  it("finds the cycle through each of two nested scopes", () => {
    const { issues } = readPattern({
      ...HEAD,
      steps: {
        left: { group: { steps: { l: { call: "f", with: "${{ steps.right.output }}" } } } },
        right: { group: { steps: { r: { call: "f", with: "${{ steps.left.output }}" } } } },
      },
    });
    expect(cyclesIn(issues)).toEqual([["left", "right", "left"]]);
  });

  it("refuses a nested step that waits for the scope around it", () => {
    const { issues } = readPattern({
      ...HEAD,
      steps: { outer: { group: { steps: { inner: { call: "f", needs: ["outer"] } } } } },
    });
    expect(cyclesIn(issues)).toEqual([["outer", "inner", "outer"]]);
  });

  it("lets a fallback and a compensation read the step they belong to", () => {
    const { issues } = readPattern({
      ...HEAD,
      steps: {
        make: {
          run: "./make.sh",
          fallback: { call: "f", with: "${{ steps.make.error }}" },
          compensate: {
            when: "succeeded",
            group: { steps: { undo: { call: "g", with: "${{ steps.make.output.json.id }}" } } },
          },
        },
        use: { run: "./use.sh", needs: ["make"] },
      },
    });
    expect(issues).toEqual([]);
  });

  it("has nothing to say about the examples", () => {
    const examples = new URL("../../../../examples/", import.meta.url);
    const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith("pattern.yaml"),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { issues } = readPattern(readFileSync(new URL(file, examples), "utf8"));
      expect(issues.map(({ code, message }) => `${file}: ${code} ${message}`)).toEqual([]);
    }
  });
});
