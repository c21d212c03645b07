import type { Plan, StepKind } from "../plan.ts";
import { draw, type DrawnScope, type DrawnStep } from "./drawing.ts";
import { COLORS, type RunRecord } from "./overlay.ts";

/** Graphviz shapes by kind. Scopes are clusters around their steps. */
const SHAPES: Readonly<Record<StepKind, string>> = {
  run: "box",
  http: "parallelogram",
  agent: "ellipse",
  call: "box",
  pattern: "box3d",
  wait: "hexagon",
  waitFor: "hexagon",
  approval: "trapezium",
  set: "note",
  emit: "cds",
  switch: "diamond",
  loop: "box",
  group: "box",
  fail: "octagon",
  stop: "doublecircle",
};

/** Draws a plan in Graphviz' language; with the record of a run, also how it went. */
export function toDot(plan: Plan, run?: RunRecord): string {
  const drawing = draw(plan, run);
  const lines = [
    `digraph ${quote(drawing.title)} {`,
    "  compound=true;",
    `  label=${quote(drawing.title)}; labelloc=t; fontname="Helvetica";`,
    '  node [fontname="Helvetica", fontsize=11, style=filled, fillcolor="#ffffff"];',
    '  edge [fontname="Helvetica", fontsize=9];',
  ];
  const work: Item[] = drawing.steps.map((step) => ({ step, indent: "  " })).reverse();
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ("text" in item) lines.push(item.text);
    else if ("step" in item) openStep(item.step, item.indent, lines, work);
    else openScope(item.scope, item.indent, lines, work);
  }
  for (const { from, to, label, isCritical } of drawing.edges) {
    const attributes = [
      ...(label === undefined ? [] : [`label=${quote(label)}`]),
      ...(isCritical ? ["penwidth=3"] : []),
      ...(isBox(from) ? [`ltail=${clusterOf(from.key)}`] : []),
      ...(isBox(to) ? [`lhead=${clusterOf(to.key)}`] : []),
    ];
    const suffix = attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`;
    lines.push(`  ${from.key} -> ${to.key}${suffix};`);
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

type Item =
  | { readonly text: string }
  | { readonly step: DrawnStep; readonly indent: string }
  | { readonly scope: DrawnScope; readonly indent: string };

function isBox(step: DrawnStep): boolean {
  return step.scopes.length > 0;
}

function clusterOf(key: string): string {
  return `cluster_${key}`;
}

function openStep(step: DrawnStep, indent: string, lines: string[], work: Item[]): void {
  const color = COLORS[step.overlay?.status ?? ""];
  if (!isBox(step)) {
    const bold = step.isCritical ? ", penwidth=3" : "";
    const fill = color === undefined ? "" : `, fillcolor="${color}"`;
    lines.push(
      `${indent}${step.key} [label=${labelOf(step)}, shape=${SHAPES[step.kind]}${fill}${bold}];`,
    );
    return;
  }
  lines.push(`${indent}subgraph ${clusterOf(step.key)} {`);
  lines.push(
    `${indent}  label=${labelOf(step)}; style="rounded${color === undefined ? "" : ",filled"}";`,
  );
  if (color !== undefined) lines.push(`${indent}  fillcolor="${color}";`);
  // Edges lead to nodes, not to clusters: this invisible one stands for the box.
  lines.push(`${indent}  ${step.key} [shape=point, style=invis];`);
  work.push({ text: `${indent}}` });
  for (const scope of [...step.scopes].reverse()) work.push({ scope, indent: `${indent}  ` });
}

function openScope(scope: DrawnScope, indent: string, lines: string[], work: Item[]): void {
  const hasTitle = scope.title !== "";
  if (hasTitle) {
    lines.push(`${indent}subgraph ${clusterOf(scope.key)} {`);
    lines.push(`${indent}  label=${quote(shorten(scope.title))}; style="dashed";`);
    work.push({ text: `${indent}}` });
  }
  const inner = hasTitle ? `${indent}  ` : indent;
  for (const step of [...scope.steps].reverse()) work.push({ step, indent: inner });
}

function labelOf({ id, lines, overlay }: DrawnStep): string {
  return quote([id, ...[...lines, ...(overlay?.lines ?? [])].map(shorten)].join("\n"));
}

const LONGEST = 60;

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}

/** In Graphviz' strings only the quote ends them; a backslash would begin an escape of its own. */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
