import type { DocumentPath } from "../../walk.ts";
import type { Moment } from "./sites.ts";
import type { StepReading } from "./readings.ts";
import { holderIn, type ScopeNode, type StepNode, type StepTree } from "./step-node.ts";

/** `to` runs after `from`; both are in one scope. */
export interface Edge {
  readonly from: StepNode;
  readonly to: StepNode;
  readonly origin: "need" | "reference";
  /** The step that names `from`: `to`, or a step nested in it. */
  readonly reader: StepNode;
  /** Where it is named. */
  readonly path: DocumentPath;
}

/** A name that leads to no edge, and why. */
export interface LooseEnd {
  readonly why: "unknown" | "invisible" | "around";
  readonly id: string;
  /** The step that was meant, when there is one. */
  readonly target?: StepNode;
  /** The step that names it; absent where the document itself does. */
  readonly reader?: StepNode;
  readonly origin: "need" | "reference";
  readonly path: DocumentPath;
}

export interface Wiring {
  readonly edges: readonly Edge[];
  readonly looseEnds: readonly LooseEnd[];
}

/** Turns needs and references into edges between steps of one scope. */
export function wire(tree: StepTree, readings: readonly StepReading[]): Wiring {
  const edges: Edge[] = [];
  const looseEnds: LooseEnd[] = [];
  const connect = (
    reader: StepNode,
    id: string,
    origin: Edge["origin"],
    path: DocumentPath,
  ): void => {
    const found = resolve(tree, reader, id);
    if (found.why === "visible") {
      edges.push({ from: found.target, to: found.holder, origin, reader, path });
    } else if (found.why !== "settled") looseEnds.push({ ...found, id, reader, origin, path });
  };
  for (const node of tree.steps) {
    const { needs } = node.step;
    if (typeof needs === "string") connect(node, needs, "need", [...node.path, "needs"]);
    else if (needs !== undefined) {
      const path = [...node.path, "needs"];
      needs.forEach((id, at) => {
        connect(node, id, "need", [...path, at]);
      });
    }
  }
  for (const reading of readings) {
    const { owner, step, site, expression } = reading;
    if (owner !== undefined && isWaitedFor(tree, owner, step, site.moment)) {
      connect(owner, step, "reference", expression.path);
    } else {
      const end = danglingEnd(tree, reading);
      if (end) looseEnds.push(end);
    }
  }
  return { edges, looseEnds };
}

type Resolved =
  /** Adds an edge. */
  | { readonly why: "visible"; readonly target: StepNode; readonly holder: StepNode }
  /** Can be read and orders nothing: a compensation or a fallback runs when its step is over. */
  | { readonly why: "settled"; readonly target: StepNode }
  | { readonly why: "unknown" }
  | { readonly why: "invisible" | "around"; readonly target: StepNode };

/** Finds the step that a name means for a reader: of its own scope, or of a scope around it. */
export function resolve(tree: StepTree, reader: StepNode, id: string): Resolved {
  const candidates = tree.byId.get(id);
  const first = candidates?.[0];
  if (candidates === undefined || first === undefined) return { why: "unknown" };
  for (const target of candidates) {
    const found = climb(reader, target);
    if (found) return found;
  }
  return { why: "invisible", target: first };
}

function climb(reader: StepNode, target: StepNode): Resolved | undefined {
  let at: StepNode | undefined = reader;
  let part: ScopeNode["part"] = "body";
  let isUndone = false;
  while (at && at.scope !== target.scope) {
    part = at.scope.part;
    isUndone ||= part === "compensate";
    at = at.scope.owner;
  }
  if (at === undefined) return undefined;
  // A step that names the step it is inside of would wait for its own end.
  if (at === target && reader !== target)
    return { why: part === "body" ? "around" : "settled", target };
  return isUndone ? { why: "settled", target } : { why: "visible", target, holder: at };
}

/** Whether a step has to wait for what is read here. What is read later, or inside a scope, orders nothing. */
function isWaitedFor(tree: StepTree, owner: StepNode, id: string, moment: Moment): boolean {
  if (moment === "before") return true;
  if (moment === "fallback") return owner.id !== id && !isInside(tree, owner, id, "fallback");
  if (moment !== "inside" && moment !== "after") return false;
  return !isInside(tree, owner, id, "body");
}

/** Whether a step is directly inside this part of another. */
function isInside(tree: StepTree, owner: StepNode, id: string, part: ScopeNode["part"]): boolean {
  const steps = tree.byId.get(id) ?? [];
  return steps.some(({ scope }) => scope.owner === owner && scope.part === part);
}

/** A reading that orders nothing still has to name a step that can be seen from there. */
function danglingEnd(tree: StepTree, reading: StepReading): LooseEnd | undefined {
  const { owner, step: id, expression } = reading;
  const candidates = tree.byId.get(id) ?? [];
  const common = {
    id,
    origin: "reference",
    path: expression.path,
    ...(owner ? { reader: owner } : {}),
  } as const;
  const target = candidates[0];
  if (target === undefined) return { ...common, why: "unknown" };
  const isVisible = candidates.some((candidate) =>
    owner === undefined
      ? candidate.scope.owner === undefined
      : candidate.scope.owner === owner || holderIn(candidate.scope, owner) !== undefined,
  );
  return isVisible ? undefined : { ...common, why: "invisible", target };
}
