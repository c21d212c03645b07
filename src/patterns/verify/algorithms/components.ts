import type { Digraph } from "./digraph.ts";

/**
 * Tarjan's strongly connected components, with an explicit stack instead of recursion.
 * @returns the components that hold a cycle of two or more nodes, each ascending, in order of their first node
 */
export function findKnots(graph: Digraph): readonly (readonly number[])[] {
  const knots: number[][] = [];
  const seen = new Int32Array(graph.size).fill(-1);
  const low = new Int32Array(graph.size);
  const cursor = graph.offsets.slice(0, graph.size);
  const isOpen = new Uint8Array(graph.size);
  const open: number[] = [];
  let clock = 0;

  const enter = (node: number, calls: number[]): void => {
    seen[node] = clock;
    low[node] = clock;
    clock += 1;
    open.push(node);
    isOpen[node] = 1;
    calls.push(node);
  };
  const lower = (node: number, value: number): void => {
    if (value < (low[node] ?? 0)) low[node] = value;
  };
  const close = (node: number): void => {
    const knot = open.splice(open.lastIndexOf(node));
    for (const member of knot) isOpen[member] = 0;
    if (knot.length > 1) knots.push(knot.sort((left, right) => left - right));
  };

  for (let root = 0; root < graph.size; root += 1) {
    if (seen[root] !== -1) continue;
    const calls: number[] = [];
    enter(root, calls);
    while (calls.length > 0) {
      const node = calls.at(-1) ?? root;
      const at = cursor[node] ?? 0;
      if (at < (graph.offsets[node + 1] ?? 0)) {
        cursor[node] = at + 1;
        const target = graph.targets[at] ?? 0;
        if (seen[target] === -1) enter(target, calls);
        else if (isOpen[target] === 1) lower(node, seen[target] ?? 0);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller !== undefined) lower(caller, low[node] ?? 0);
      if (low[node] === seen[node]) close(node);
    }
  }
  return knots.sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
}
