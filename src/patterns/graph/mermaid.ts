import type { Plan, StepKind } from "../plan.ts";
import { draw, type DrawnScope, type DrawnStep } from "./drawing.ts";
import { COLORS, type RunRecord } from "./overlay.ts";

/** Opening and closing bracket of a node, by kind. Scopes are boxes around their steps. */
const SHAPES: Readonly<Record<StepKind, readonly [open: string, close: string]>> = {
  run: ["[", "]"],
  http: ["[/", "/]"],
  agent: ["([", "])"],
  call: ["[", "]"],
  pattern: ["[[", "]]"],
  wait: ["{{", "}}"],
  waitFor: ["{{", "}}"],
  approval: ["[/", "\\]"],
  set: ["(", ")"],
  emit: [">", "]"],
  switch: ["{", "}"],
  loop: ["[", "]"],
  group: ["[", "]"],
  fail: ["((", "))"],
  stop: ["(((", ")))"],
};

/** Draws a plan as a Mermaid flowchart; with the record of a run, also how it went. */
export function toMermaid(plan: Plan, run?: RunRecord): string {
  const drawing = draw(plan, run);
  const lines = ["---", `title: ${JSON.stringify(drawing.title)}`, "---", "flowchart TD"];
  const classes = new Map<string, string[]>();
  const work: Item[] = drawing.steps.map((step) => ({ step, indent: "  " })).reverse();
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ("text" in item) lines.push(item.text);
    else if ("step" in item) openStep(item.step, item.indent, lines, work, classes);
    else openScope(item.scope, item.indent, lines, work);
  }
  for (const { from, to, label, isCritical } of drawing.edges) {
    const line = isCritical ? "==>" : "-->";
    const arrow = label === undefined ? line : `${line}|"${escape(label)}"|`;
    lines.push(`  ${from.key} ${arrow} ${to.key}`);
  }
  for (const [status, keys] of classes) {
    const color = COLORS[status];
    if (color === undefined) continue;
    lines.push(`  classDef ${status} fill:${color},color:#000`);
    lines.push(`  class ${keys.join(",")} ${status}`);
  }
  return `${lines.join("\n")}\n`;
}

/** What is still to be written; a text closes what was opened. */
type Item =
  | { readonly text: string }
  | { readonly step: DrawnStep; readonly indent: string }
  | { readonly scope: DrawnScope; readonly indent: string };

function openStep(
  step: DrawnStep,
  indent: string,
  lines: string[],
  work: Item[],
  classes: Map<string, string[]>,
): void {
  const { key, overlay } = step;
  if (overlay) {
    const same = classes.get(overlay.status);
    if (same) same.push(key);
    else classes.set(overlay.status, [key]);
  }
  const label = `"${labelOf(step)}"`;
  if (step.scopes.length === 0) {
    const [open, close] = SHAPES[step.kind];
    lines.push(`${indent}${key}${open}${label}${close}`);
    return;
  }
  lines.push(`${indent}subgraph ${key}[${label}]`);
  work.push({ text: `${indent}end` });
  pushReversed(
    work,
    step.scopes.map((scope) => ({ scope, indent: `${indent}  ` })),
  );
}

function openScope(scope: DrawnScope, indent: string, lines: string[], work: Item[]): void {
  const isBox = scope.title !== "";
  if (isBox) {
    lines.push(`${indent}subgraph ${scope.key}["${escape(scope.title)}"]`);
    work.push({ text: `${indent}end` });
  }
  const inner = isBox ? `${indent}  ` : indent;
  pushReversed(
    work,
    scope.steps.map((step) => ({ step, indent: inner })),
  );
}

function pushReversed(work: Item[], items: readonly Item[]): void {
  for (const item of [...items].reverse()) work.push(item);
}

function labelOf({ id, lines, overlay }: DrawnStep): string {
  return [`<b>${escape(id)}</b>`, ...[...lines, ...(overlay?.lines ?? [])].map(escape)].join(
    "<br/>",
  );
}

const LONGEST = 60;

/** Mermaid reads quotes, angle brackets, backquotes and `#` in labels; its own entities stand for them. */
function escape(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
  return short.replaceAll(/[#"<>&`|\\{}[\]]/g, (character) => `#${character.charCodeAt(0)};`);
}
