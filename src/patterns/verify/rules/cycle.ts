import { findKnots } from "../algorithms/components.ts";
import { createDigraph } from "../algorithms/digraph.ts";
import { findShortestCycle } from "../algorithms/shortest-cycle.ts";
import type { Edge, LooseEnd } from "../model/edges.ts";
import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";

const CYCLE = "Steps in a cycle (circular dependency)";

/** How many edges of a cycle the hint explains; the message always names the whole cycle. */
const EXPLAINED = 6;

export const cycle: Rule = {
  code: "cycle",
  severity: "error",
  summary: "Steps wait for each other in a circle, so none of them can ever start.",
  *check(model) {
    for (const end of model.looseEnds) if (end.why === "around") yield enclosingCycle(end);
    yield* selfCycles(model.edges);
    yield* knottedCycles(model);
  },
};

/** A nested step that waits for the scope around it. */
function enclosingCycle(end: LooseEnd): Finding {
  const inner = end.reader?.id ?? end.id;
  const verb = end.origin === "need" ? "needs" : "reads";
  return {
    path: end.path,
    message: `${CYCLE}: ${end.id} -> ${inner} -> ${end.id}`,
    hint: `"${inner}" is inside "${end.id}" and ${verb} it: "${end.id}" ends only after "${inner}" has. Read the steps beside "${inner}" instead.`,
  };
}

function* selfCycles(edges: readonly Edge[]): Iterable<Finding> {
  const told = new Set<StepNode>();
  for (const edge of edges) {
    if (edge.from !== edge.to || told.has(edge.to)) continue;
    told.add(edge.to);
    const { id } = edge.to;
    yield {
      path: edge.path,
      message: `${CYCLE}: ${id} -> ${id}`,
      hint:
        edge.origin === "need"
          ? `A step cannot need itself: remove "${id}" from its needs.`
          : `"${id}" reads its own output before there is one. In its \`output\` mapping the raw result is called \`result\`.`,
    };
  }
}

/** The shortest cycle of every knot of steps that hold each other up. */
function* knottedCycles(model: Model): Iterable<Finding> {
  if (model.sorted.acyclic) return;
  // Numbered by id, so that which cycle is found and where it begins do not depend on the order of keys.
  const byName = [...model.steps].sort((left, right) => compare(left.id, right.id));
  const numberOf = new Int32Array(byName.length);
  byName.forEach((step, at) => {
    numberOf[step.index] = at;
  });
  const place = (step: StepNode): number => numberOf[step.index] ?? 0;
  const graph = createDigraph(
    byName.length,
    Int32Array.from(model.edges, (edge) => place(edge.from)),
    Int32Array.from(model.edges, (edge) => place(edge.to)),
  );
  const knots = findKnots(graph);
  if (knots.length === 0) return;
  const edgeOf = new Map<number, Edge>();
  for (const edge of model.edges) {
    const key = place(edge.from) * byName.length + place(edge.to);
    if (!edgeOf.has(key)) edgeOf.set(key, edge);
  }
  for (const knot of knots) {
    const round = findShortestCycle(graph, knot);
    const edges = round.map((from, at) => {
      const to = round[(at + 1) % round.length] ?? from;
      return edgeOf.get(from * byName.length + to);
    });
    yield describe(edges.filter((edge) => edge !== undefined));
  }
}

function describe(edges: readonly Edge[]): Finding {
  const names = edges.map((edge) => edge.from.id);
  const closing = edges.at(-1);
  const reasons = edges.slice(0, EXPLAINED).map(reasonOf);
  const more = edges.length > EXPLAINED ? `; and ${edges.length - EXPLAINED} more` : "";
  return {
    path: closing?.path ?? ["steps"],
    message: `${CYCLE}: ${[...names, names[0] ?? ""].join(" -> ")}`,
    hint: `${reasons.join("; ")}${more}. Remove one of these, or repeat work with a \`loop\`.`,
  };
}

function reasonOf(edge: Edge): string {
  const verb = edge.origin === "need" ? "needs" : "reads";
  const inside = edge.reader === edge.to ? "" : ` (from inside "${edge.to.id}")`;
  return `"${edge.reader.id}" ${verb} "${edge.from.id}"${inside}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
