import { at } from "./at.ts";
import type { Digraph } from "./digraph.ts";

export interface TopologicalOrder {
  /** Every node that no cycle holds back, predecessors first, ties by node number. */
  readonly order: Int32Array;
  /** Longest distance from a source, per node; 0 for nodes that a cycle holds back. */
  readonly level: Int32Array;
  readonly acyclic: boolean;
}

/** Kahn's algorithm with a queue, so the length of a chain costs no stack. */
export function sortTopologically(graph: Digraph): TopologicalOrder {
  const waiting = new Int32Array(graph.size);
  for (const target of graph.targets) waiting[target] = at(waiting, target) + 1;
  const order = new Int32Array(graph.size);
  const level = new Int32Array(graph.size);
  let end = 0;
  for (let node = 0; node < graph.size; node += 1) {
    if (waiting[node] === 0) order[end++] = node;
  }
  for (let place = 0; place < end; place += 1) {
    const node = at(order, place);
    const nextLevel = at(level, node) + 1;
    const last = at(graph.offsets, node + 1);
    for (let from = at(graph.offsets, node); from < last; from += 1) {
      const target = at(graph.targets, from);
      if (at(level, target) < nextLevel) level[target] = nextLevel;
      const left = at(waiting, target) - 1;
      waiting[target] = left;
      if (left === 0) order[end++] = target;
    }
  }
  return { order: order.subarray(0, end), level, acyclic: end === graph.size };
}
