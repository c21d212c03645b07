import type { ExpressionScope, Template } from "./template.ts";

const readCache = new WeakMap<Template, readonly string[]>();

/** The ids of every step that a template reads; computed once per template. */
export function stepsRead(template: Template): readonly string[] {
  const known = readCache.get(template);
  if (known !== undefined) return known;
  const ids = new Set<string>();
  visit(template, (node) => {
    if ("expr" in node) for (const id of node.steps ?? []) ids.add(id);
  });
  const read = [...ids];
  readCache.set(template, read);
  return read;
}

/** The part of a scope that a template really names: what is sent to where it is evaluated. */
export function narrowScope(scope: ExpressionScope, template: Template): ExpressionScope {
  const text = sourcesOf(template).join("\n");
  const kept = Object.entries(scope).filter(([name]) => name === "steps" || text.includes(name));
  return Object.fromEntries(kept);
}

function sourcesOf(template: Template): readonly string[] {
  const sources: string[] = [];
  visit(template, (node) => {
    if ("expr" in node) sources.push(node.expr);
  });
  return sources;
}

function visit(template: Template, each: (node: Template) => void): void {
  const work: Template[] = [template];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    each(node);
    if ("concat" in node) for (const part of node.concat) work.push(part);
    else if ("list" in node) for (const part of node.list) work.push(part);
    else if ("map" in node) for (const part of Object.values(node.map)) work.push(part);
  }
}
