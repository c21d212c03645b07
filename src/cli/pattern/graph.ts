import type { Body, Plan, PlanStep } from "../../patterns/plan.ts";

export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly steps: readonly GraphNode[];
}

export interface PatternGraph {
  readonly name: string;
  readonly version: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly (readonly [string, string])[];
}

/** The steps and edges of a plan, nested scopes inside their step. */
export function graphOf(plan: Plan): PatternGraph {
  const edges: (readonly [string, string])[] = [];
  const toNode = (step: PlanStep): GraphNode => {
    for (const need of step.needs) edges.push([need, step.id]);
    return { id: step.id, kind: step.body.kind, steps: scopesOf(step.body).flat().map(toNode) };
  };
  const nodes = plan.steps.map(toNode);
  return { name: plan.name, version: plan.version, nodes, edges };
}

function scopesOf(body: Body): readonly (readonly PlanStep[])[] {
  if (body.kind === "loop" || body.kind === "group") return [body.scope.steps];
  if (body.kind !== "switch") return [];
  return [...body.cases.map(({ scope }) => scope.steps), body.default?.steps ?? []];
}

export function renderMermaid(graph: PatternGraph): string {
  const lines = ["flowchart TD"];
  const add = (node: GraphNode, indent: string): void => {
    if (node.steps.length === 0) {
      lines.push(`${indent}${keyOf(node.id)}["${node.id}<br/><i>${node.kind}</i>"]`);
      return;
    }
    lines.push(`${indent}subgraph ${keyOf(node.id)}["${node.id} (${node.kind})"]`);
    for (const step of node.steps) add(step, `${indent}  `);
    lines.push(`${indent}end`);
  };
  for (const node of graph.nodes) add(node, "  ");
  for (const [from, to] of graph.edges) lines.push(`  ${keyOf(from)} --> ${keyOf(to)}`);
  return lines.join("\n");
}

/** Mermaid takes some words (`end`) for its own: a prefix makes every id safe. */
function keyOf(id: string): string {
  return `s_${id}`;
}

export function renderDot(graph: PatternGraph): string {
  const lines = [`digraph "${graph.name}" {`, "  compound=true;"];
  const add = (node: GraphNode, indent: string): void => {
    lines.push(`${indent}"${node.id}" [label="${node.id}\\n${node.kind}"];`);
    if (node.steps.length === 0) return;
    lines.push(`${indent}subgraph "cluster_${node.id}" {`, `${indent}  label="${node.id}";`);
    for (const step of node.steps) add(step, `${indent}  `);
    lines.push(`${indent}}`);
  };
  for (const node of graph.nodes) add(node, "  ");
  for (const [from, to] of graph.edges) lines.push(`  "${from}" -> "${to}";`);
  lines.push("}");
  return lines.join("\n");
}
