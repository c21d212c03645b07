import { at } from "./at.ts";
import { type Digraph, reverse, successorsOf } from "./digraph.ts";

/**
 * How many edges one search may look at. A knot tied to make the search slow (every cycle long, every node on
 * many) gets the shortest cycle found until then: still a real one, and the verdict is the same.
 */
const EDGE_BUDGET = 60_000_000;

/**
 * The shortest cycle inside one strongly connected component, self loops aside.
 *
 * One node after the other: the shortest cycle through it, bounded by the best so far; then the node is taken
 * out, and with it everything that can no longer be on a cycle. A ring of 10,000 nodes is so decided by one search.
 * @returns the nodes in the direction of the edges, starting with the smallest number
 */
export function findShortestCycle(graph: Digraph, knot: readonly number[]): readonly number[] {
  const search = createSearch(graph, knot);
  let best: readonly number[] = [];
  for (const node of byDegree(graph, search.backwards, knot)) {
    if (best.length === 2 || search.isSpent()) break;
    if (!search.isAlive(node)) continue;
    const found = search.through(node, best.length === 0 ? Number.POSITIVE_INFINITY : best.length);
    if (found.length > 0) best = found;
    search.remove(node);
  }
  return rotate(best);
}

interface Search {
  readonly backwards: Digraph;
  isAlive(node: number): boolean;
  isSpent(): boolean;
  /** The shortest cycle through a node that is shorter than `bound`, or nothing. */
  through(node: number, bound: number): readonly number[];
  remove(node: number): void;
}

function createSearch(graph: Digraph, knot: readonly number[]): Search {
  const backwards = reverse(graph);
  const alive = new Uint8Array(graph.size);
  for (const node of knot) alive[node] = 1;
  const cameFrom = new Int32Array(graph.size);
  const visitedIn = new Int32Array(graph.size);
  let round = 0;
  let spent = 0;

  /** Breadth first, level by level; stops at the level where a cycle would reach the bound. */
  const through = (start: number, bound: number): readonly number[] => {
    round += 1;
    let frontier = [start];
    for (let depth = 1; frontier.length > 0 && depth < bound; depth += 1) {
      const next: number[] = [];
      for (const node of frontier) {
        for (const target of successorsOf(graph, node)) {
          spent += 1;
          if (target === start && node !== start) return trace(cameFrom, start, node);
          if (alive[target] !== 1 || target === start || visitedIn[target] === round) continue;
          visitedIn[target] = round;
          cameFrom[target] = node;
          next.push(target);
        }
      }
      frontier = next;
    }
    return [];
  };
  const degrees = [countAlive(graph, alive), countAlive(backwards, alive)] as const;
  const release = (neighbours: Int32Array, degree: Int32Array, work: number[]): void => {
    for (const other of neighbours) {
      const left = at(degree, other) - 1;
      degree[other] = left;
      if (left === 0 && alive[other] === 1) work.push(other);
    }
  };
  const remove = (first: number): void => {
    const work = [first];
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      if (alive[node] !== 1) continue;
      alive[node] = 0;
      release(successorsOf(graph, node), degrees[1], work);
      release(successorsOf(backwards, node), degrees[0], work);
    }
  };
  return {
    backwards,
    isAlive: (node) => alive[node] === 1,
    isSpent: () => spent > EDGE_BUDGET,
    through,
    remove,
  };
}

/** Per node, how many of its edges lead to other living nodes. */
function countAlive(side: Digraph, alive: Uint8Array): Int32Array {
  const counts = new Int32Array(side.size);
  for (let node = 0; node < side.size; node += 1) {
    for (const other of successorsOf(side, node)) {
      if (other !== node && alive[other] === 1) counts[node] = at(counts, node) + 1;
    }
  }
  return counts;
}

/** Nodes on many paths first: taking them out leaves the least to search. */
function byDegree(graph: Digraph, backwards: Digraph, knot: readonly number[]): readonly number[] {
  const weight = (node: number): number =>
    successorsOf(graph, node).length * successorsOf(backwards, node).length;
  return [...knot].sort((left, right) => weight(right) - weight(left) || left - right);
}

function trace(cameFrom: Int32Array, start: number, last: number): readonly number[] {
  const cycle: number[] = [];
  for (let node = last; node !== start; node = cameFrom[node] ?? start) cycle.push(node);
  cycle.push(start);
  return cycle.reverse();
}

function rotate(cycle: readonly number[]): readonly number[] {
  if (cycle.length === 0) return cycle;
  let first = 0;
  cycle.forEach((node, at) => {
    if (node < (cycle[first] ?? node)) first = at;
  });
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
