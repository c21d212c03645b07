import { at } from "./at.ts";
/**
 * A directed graph over nodes 0..size-1 in compressed rows: the successors of `n` are
 * `targets[offsets[n]] .. targets[offsets[n + 1] - 1]`, ascending and each once. Two arrays instead of one
 * per node keep 100,000 steps cheap to hold and to walk.
 */
export interface Digraph {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/** Builds a graph from pairs `[from, to]`; repeated pairs count once, pairs outside the graph are ignored. */
export function createDigraph(
  size: number,
  pairs: Iterable<readonly [from: number, to: number]>,
): Digraph {
  const rows: number[][] = Array.from({ length: size }, () => []);
  for (const [from, to] of pairs) {
    if (to >= 0 && to < size) rows[from]?.push(to);
  }
  const offsets = new Int32Array(size + 1);
  const flat: number[] = [];
  rows.forEach((row, node) => {
    row.sort((left, right) => left - right);
    row.forEach((target, at) => {
      if (at === 0 || row[at - 1] !== target) flat.push(target);
    });
    offsets[node + 1] = flat.length;
  });
  return { size, offsets, targets: Int32Array.from(flat) };
}

/** The successors of a node, as a view without a copy. */
export function successorsOf(graph: Digraph, node: number): Int32Array {
  return graph.targets.subarray(at(graph.offsets, node), at(graph.offsets, node + 1));
}

/** The same graph with every edge turned round. */
export function reverse(graph: Digraph): Digraph {
  const offsets = new Int32Array(graph.size + 1);
  for (const target of graph.targets) offsets[target + 1] = at(offsets, target + 1) + 1;
  for (let node = 0; node < graph.size; node += 1) {
    offsets[node + 1] = at(offsets, node + 1) + at(offsets, node);
  }
  const next = offsets.slice();
  const targets = new Int32Array(graph.targets.length);
  for (let node = 0; node < graph.size; node += 1) {
    for (const target of successorsOf(graph, node)) {
      const place = at(next, target);
      targets[place] = node;
      next[target] = place + 1;
    }
  }
  return { size: graph.size, offsets, targets };
}
