import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findKnots } from "../../../../src/patterns/verify/algorithms/components.ts";
import {
  createDigraph as createFromArrays,
  reverse,
  successorsOf,
  type Digraph,
} from "../../../../src/patterns/verify/algorithms/digraph.ts";
import { findShortestCycle } from "../../../../src/patterns/verify/algorithms/shortest-cycle.ts";
import { sortTopologically } from "../../../../src/patterns/verify/algorithms/topological.ts";

type Pair = readonly [number, number];

const createDigraph = (size: number, pairs: readonly Pair[]): Digraph =>
  createFromArrays(
    size,
    Int32Array.from(pairs, ([from]) => from),
    Int32Array.from(pairs, ([, to]) => to),
  );

const SIZE = 12;
const node = fc.integer({ min: 0, max: SIZE - 1 });
const anyPairs: fc.Arbitrary<readonly Pair[]> = fc.array(fc.tuple(node, node), { maxLength: 40 });
const forwardPairs = anyPairs.map((pairs) =>
  pairs.filter(([from, to]) => from !== to).map(([a, b]): Pair => (a < b ? [a, b] : [b, a])),
);

const ring = (length: number): Digraph =>
  createDigraph(
    length,
    Array.from({ length }, (_, at): Pair => [at, (at + 1) % length]),
  );

/** Girth by brute force: shortest way back to each node, self loops aside. */
function girth(pairs: readonly Pair[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let start = 0; start < SIZE; start += 1) {
    const distance = new Map([[start, 0]]);
    const queue = [start];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const [from, to] of pairs) {
        if (from !== at || from === to) continue;
        if (to === start) best = Math.min(best, (distance.get(at) ?? 0) + 1);
        if (distance.has(to)) continue;
        distance.set(to, (distance.get(at) ?? 0) + 1);
        queue.push(to);
      }
    }
  }
  return best;
}

describe("digraph", () => {
  it("keeps each pair once, ascending, and turns round without loss", () => {
    const graph = createDigraph(4, [
      [0, 3],
      [0, 1],
      [0, 3],
      [2, 0],
    ]);
    expect([...successorsOf(graph, 0)]).toEqual([1, 3]);
    expect([...successorsOf(graph, 1)]).toEqual([]);
    expect([...successorsOf(reverse(graph), 3)]).toEqual([0]);
    expect(reverse(reverse(graph))).toEqual(graph);
  });
});

describe("topological order", () => {
  it("puts every node after its predecessors and gives the longest distance as level", () => {
    fc.assert(
      fc.property(forwardPairs, (pairs) => {
        const sorted = sortTopologically(createDigraph(SIZE, pairs));
        const place = new Map([...sorted.order].map((at, index) => [at, index]));
        expect(sorted.acyclic).toBe(true);
        for (const [from, to] of pairs) {
          expect(place.get(from)).toBeLessThan(place.get(to) ?? -1);
          expect(sorted.level[to]).toBeGreaterThan(sorted.level[from] ?? -1);
        }
      }),
    );
  });

  it("holds back exactly what a cycle holds back", () => {
    const sorted = sortTopologically(
      createDigraph(4, [
        [0, 1],
        [1, 2],
        [2, 1],
        [2, 3],
      ]),
    );
    expect([...sorted.order]).toEqual([0]);
    expect(sorted.acyclic).toBe(false);
  });

  it("sorts a chain of 100,000 nodes", () => {
    const length = 100_000;
    const pairs = Array.from({ length: length - 1 }, (_, at): Pair => [at, at + 1]);
    const sorted = sortTopologically(createDigraph(length, pairs));
    expect(sorted.acyclic).toBe(true);
    expect(sorted.level[length - 1]).toBe(length - 1);
  });
});

describe("knots", () => {
  it("finds each group of nodes that lie on common cycles, once", () => {
    const graph = createDigraph(7, [
      [0, 1],
      [1, 0],
      [1, 2],
      [3, 4],
      [4, 5],
      [5, 3],
      [6, 6],
    ]);
    expect(findKnots(graph)).toEqual([
      [0, 1],
      [3, 4, 5],
    ]);
  });

  it("are absent exactly when the order is complete, self loops aside", () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const graph = createDigraph(
          SIZE,
          pairs.filter(([from, to]) => from !== to),
        );
        expect(findKnots(graph).length === 0).toBe(sortTopologically(graph).acyclic);
      }),
    );
  });
});

describe("shortest cycle", () => {
  it("is a real cycle of the graph and none is shorter", () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const graph = createDigraph(SIZE, pairs);
        const lengths = findKnots(graph).map((knot) => {
          const cycle = findShortestCycle(graph, knot);
          cycle.forEach((from, at) => {
            const to = cycle[(at + 1) % cycle.length] ?? -1;
            expect([...successorsOf(graph, from)]).toContain(to);
          });
          expect(new Set(cycle).size).toBe(cycle.length);
          expect(cycle[0]).toBe(Math.min(...cycle));
          return cycle.length;
        });
        expect(Math.min(Number.POSITIVE_INFINITY, ...lengths)).toBe(girth(pairs));
      }),
      { numRuns: 500 },
    );
  });

  it("looks on when the first node's cycle is not the shortest, and stops where none is shorter", () => {
    const pairs: readonly Pair[] = [
      [0, 1],
      [1, 2],
      [2, 0],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
      [6, 3],
      [6, 0],
    ];
    const graph = createDigraph(7, pairs);
    expect(findShortestCycle(graph, findKnots(graph)[0] ?? [])).toEqual([0, 1, 2]);
  });

  it("names all 10,000 nodes of a ring, and of a ring with a long way round", () => {
    const graph = ring(10_000);
    expect(findShortestCycle(graph, findKnots(graph)[0] ?? [])).toHaveLength(10_000);
    const detour = createDigraph(20_000, [
      ...Array.from({ length: 20_000 }, (_, at): Pair => [at, (at + 1) % 20_000]),
      [9_999, 0],
    ]);
    expect(findShortestCycle(detour, findKnots(detour)[0] ?? [])).toHaveLength(10_000);
  });

  it("is found among 10,000 nodes with 50,000 edges", () => {
    const pairs = Array.from({ length: 50_000 }, (_, at): Pair => [
      (at * 7919) % 10_000,
      (at * 104_729 + 13) % 10_000,
    ]);
    const graph = createDigraph(10_000, pairs);
    for (const knot of findKnots(graph)) {
      expect(findShortestCycle(graph, knot).length).toBeGreaterThan(1);
    }
  });
});
