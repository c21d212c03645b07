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

/** Builds a graph with an edge from each of `froms` to the one of `tos` at the same index; repeated edges count once. */
export function createDigraph(size: number, froms: Int32Array, tos: Int32Array): Digraph {
  const offsets = new Int32Array(size + 1);
  for (const from of froms) offsets[from + 1] = at(offsets, from + 1) + 1;
  sumUp(offsets);
  const next = offsets.slice();
  const targets = new Int32Array(froms.length);
  for (let index = 0; index < froms.length; index += 1) {
    const from = at(froms, index);
    const place = at(next, from);
    targets[place] = at(tos, index);
    next[from] = place + 1;
  }
  // Turned round twice, every row comes out ascending.
  return withoutRepeats(reverse(reverse({ size, offsets, targets })));
}

function withoutRepeats(graph: Digraph): Digraph {
  const offsets = new Int32Array(graph.size + 1);
  const targets = new Int32Array(graph.targets.length);
  let end = 0;
  for (let node = 0; node < graph.size; node += 1) {
    const begin = end;
    const last = at(graph.offsets, node + 1);
    for (let place = at(graph.offsets, node); place < last; place += 1) {
      const target = at(graph.targets, place);
      if (end > begin && targets[end - 1] === target) continue;
      targets[end] = target;
      end += 1;
    }
    offsets[node + 1] = end;
  }
  return { size: graph.size, offsets, targets: targets.slice(0, end) };
}

/** Turns counts per row into places where rows begin. */
function sumUp(offsets: Int32Array): void {
  for (let row = 1; row < offsets.length; row += 1) {
    offsets[row] = at(offsets, row) + at(offsets, row - 1);
  }
}

/** The successors of a node, as a view without a copy. */
export function successorsOf(graph: Digraph, node: number): Int32Array {
  return graph.targets.subarray(at(graph.offsets, node), at(graph.offsets, node + 1));
}

/** The same graph with every edge turned round. */
export function reverse(graph: Digraph): Digraph {
  const offsets = new Int32Array(graph.size + 1);
  for (const target of graph.targets) offsets[target + 1] = at(offsets, target + 1) + 1;
  sumUp(offsets);
  const next = offsets.slice();
  const targets = new Int32Array(graph.targets.length);
  for (let node = 0; node < graph.size; node += 1) {
    const last = at(graph.offsets, node + 1);
    for (let from = at(graph.offsets, node); from < last; from += 1) {
      const target = at(graph.targets, from);
      const place = at(next, target);
      targets[place] = node;
      next[target] = place + 1;
    }
  }
  return { size: graph.size, offsets, targets };
}
