import { at } from "./at.ts";
import type { Digraph } from "./digraph.ts";

/**
 * Tarjan's strongly connected components, with an explicit stack instead of recursion.
 * @returns the components that hold a cycle of two or more nodes, each ascending, in order of their first node
 */
export function findKnots(graph: Digraph): readonly (readonly number[])[] {
  const visit = createVisit(graph);
  for (let root = 0; root < graph.size; root += 1) {
    if (visit.isNew(root)) visit.enter(root);
    while (visit.step());
  }
  return visit.knots.sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
}

interface Visit {
  readonly knots: number[][];
  isNew(node: number): boolean;
  enter(node: number): void;
  /** Looks at one more edge of the innermost call, or returns from it. False when there is no call left. */
  step(): boolean;
}

function createVisit(graph: Digraph): Visit {
  const knots: number[][] = [];
  const calls: number[] = [];
  const open: number[] = [];
  const isOpen = new Uint8Array(graph.size);
  const seen = new Int32Array(graph.size).fill(-1);
  const low = new Int32Array(graph.size);
  const cursor = graph.offsets.slice(0, graph.size);
  let clock = 0;

  const isNew = (node: number): boolean => seen[node] === -1;
  const lower = (node: number, value: number): void => {
    if (value < at(low, node)) low[node] = value;
  };
  const enter = (node: number): void => {
    seen[node] = clock;
    low[node] = clock;
    clock += 1;
    open.push(node);
    isOpen[node] = 1;
    calls.push(node);
  };
  const follow = (node: number, target: number): void => {
    if (isNew(target)) enter(target);
    else if (isOpen[target] === 1) lower(node, at(seen, target));
  };
  const leave = (node: number): void => {
    calls.pop();
    const caller = calls.at(-1);
    if (caller !== undefined) lower(caller, at(low, node));
    if (low[node] !== seen[node]) return;
    const knot = open.splice(open.lastIndexOf(node));
    for (const member of knot) isOpen[member] = 0;
    if (knot.length > 1) knots.push(knot.sort((left, right) => left - right));
  };
  const step = (): boolean => {
    const node = calls.at(-1);
    if (node === undefined) return false;
    const next = at(cursor, node);
    if (next < at(graph.offsets, node + 1)) {
      cursor[node] = next + 1;
      follow(node, at(graph.targets, next));
    } else leave(node);
    return true;
  };
  return { knots, isNew, enter, step };
}
