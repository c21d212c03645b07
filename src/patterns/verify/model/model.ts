import type { PatternDocument, RoleDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import { createDigraph, type Digraph } from "../algorithms/digraph.ts";
import { sortTopologically, type TopologicalOrder } from "../algorithms/topological.ts";
import type { Known } from "../known.ts";
import { inferStepShapes, type StepShapes } from "../types/step-shapes.ts";
import { wire, type Edge, type LooseEnd } from "./edges.ts";
import { decideFates, type Fate } from "./fates.ts";
import { hooksOf, type HookAt } from "./hooks.ts";
import { policiesOf, type PolicyAt } from "./policies.ts";
import {
  collectExpressions,
  findReadings,
  type ExpressionAt,
  type ParameterReading,
  type StepReading,
} from "./readings.ts";
import { buildStepTree, type ScopeNode, type StepNode } from "./step-node.ts";

/** Everything the rules look at, computed once. Nothing in it changes afterwards. */
export interface Model extends WiredModel {
  /** What the outputs of steps look like, as far as the document tells. */
  readonly shapes: StepShapes;
}

export interface WiredModel {
  readonly document: PatternDocument;
  readonly scopes: readonly ScopeNode[];
  /** The outermost scope. */
  readonly top: ScopeNode;
  readonly steps: readonly StepNode[];
  readonly byId: ReadonlyMap<string, readonly StepNode[]>;
  /** The steps of the top scope, which the run's output can read. */
  readonly topById: ReadonlyMap<string, StepNode>;
  /** Every `${{ }}` and every condition, with where it stands and what it reads. */
  readonly expressions: readonly ExpressionAt[];
  /** Those of them in which the parser found something wrong. */
  readonly faulty: readonly ExpressionAt[];
  /** The expressions' readings of `steps.<id>`. */
  readonly readings: readonly StepReading[];
  /** The expressions' readings of template parameters. */
  readonly parameterReadings: readonly ParameterReading[];
  readonly edges: readonly Edge[];
  readonly looseEnds: readonly LooseEnd[];
  /** The steps that each step waits for, each once. */
  readonly needsOf: ReadonlyMap<StepNode, readonly StepNode[]>;
  /** The edges of every scope in one graph over step numbers: scopes have none between them. */
  readonly graph: Digraph;
  readonly sorted: TopologicalOrder;
  /** The steps of one scope, needs before those who need them; without those that a cycle holds back. */
  readonly orderOf: (scope: ScopeNode) => readonly StepNode[];
  /** How each step can end; without the steps that a cycle holds back. */
  readonly fates: ReadonlyMap<StepNode, Fate>;
  readonly roles: ReadonlyMap<string, RoleDocument>;
  readonly roleUses: readonly RoleUse[];
  readonly hooks: readonly HookAt[];
  readonly policies: readonly PolicyAt[];
  /** What exists outside the document, as far as the caller knows. */
  readonly known: Known;
  /** Names of steps that the document declares in a form the schema refused: they exist, and are not looked at. */
  readonly lost: ReadonlySet<string>;
}

/** A step that asks for an agent. */
export interface RoleUse {
  /** Absent when an expression decides at run time. */
  readonly role?: string;
  readonly step: StepNode;
  readonly path: DocumentPath;
}

export interface ModelOptions {
  readonly known?: Known;
  readonly lost?: ReadonlySet<string>;
}

export function buildModel(document: PatternDocument, options: ModelOptions = {}): Model {
  const tree = buildStepTree(document);
  const expressions = collectExpressions(document, tree);
  const { steps: readings, parameters: parameterReadings } = findReadings(expressions);
  const { edges, looseEnds } = wire(tree, readings);
  const graph = graphOf(tree.steps.length, edges);
  const needsOf = groupNeeds(edges);
  const sorted = sortTopologically(graph);
  const wired = {
    document,
    ...tree,
    topById: new Map(tree.top.steps.map((step) => [step.id, step] as const)),
    expressions,
    faulty: expressions.filter(({ issues }) => issues.length > 0),
    readings,
    parameterReadings,
    edges,
    looseEnds,
    needsOf,
    graph,
    sorted,
    orderOf: groupOrder(tree.steps, sorted.order),
    fates: decideFates(tree.steps, sorted.order, needsOf),
    roles: new Map(Object.entries(document.agents ?? {})),
    roleUses: tree.steps.flatMap(roleUsesOf),
    hooks: hooksOf(document, tree.steps),
    policies: policiesOf(document, tree.steps),
    known: options.known ?? {},
    lost: options.lost ?? new Set<string>(),
  };
  return { ...wired, shapes: inferStepShapes(wired) };
}

function graphOf(size: number, edges: readonly Edge[]): Digraph {
  const froms = new Int32Array(edges.length);
  const tos = new Int32Array(edges.length);
  edges.forEach(({ from, to }, at) => {
    froms[at] = from.index;
    tos[at] = to.index;
  });
  return createDigraph(size, froms, tos);
}

/** Lists, not sets: nearly every step has a few needs, and the first edges that meet at one step come one after the other. */
function groupNeeds(edges: readonly Edge[]): ReadonlyMap<StepNode, readonly StepNode[]> {
  const needsOf = new Map<StepNode, StepNode[]>();
  let last: StepNode | undefined;
  let needs: StepNode[] = [];
  for (const { from, to } of edges) {
    if (to !== last) {
      needs = needsOf.get(to) ?? [];
      if (needs.length === 0) needsOf.set(to, needs);
      last = to;
    }
    needs.push(from);
  }
  for (const [step, all] of needsOf) {
    if (all.length > 1) needsOf.set(step, distinct(all));
  }
  return needsOf;
}

function distinct(steps: StepNode[]): StepNode[] {
  if (steps.length > FEW) return [...new Set(steps)];
  const isDistinct = steps.every((step, at) => steps.indexOf(step) === at);
  return isDistinct ? steps : [...new Set(steps)];
}

const FEW = 16;

function groupOrder(steps: readonly StepNode[], order: Int32Array): Model["orderOf"] {
  const byScope = new Map<ScopeNode, StepNode[]>();
  for (const index of order) {
    const step = steps[index];
    if (step === undefined) continue;
    const same = byScope.get(step.scope);
    if (same) same.push(step);
    else byScope.set(step.scope, [step]);
  }
  return (scope) => byScope.get(scope) ?? [];
}

const NO_USES: readonly RoleUse[] = [];

function roleUsesOf(step: StepNode): readonly RoleUse[] {
  const { agent: own, fallback, compensate } = step.step;
  if (own === undefined && fallback === undefined && compensate === undefined) return NO_USES;
  const bodies = [
    { agent: step.step.agent, path: [...step.path, "agent"] },
    { agent: step.step.fallback?.agent, path: [...step.path, "fallback", "agent"] },
    { agent: step.step.compensate?.agent, path: [...step.path, "compensate", "agent"] },
  ];
  return bodies.flatMap(({ agent, path }) => {
    if (agent === undefined) return [];
    return agent.includes("${{") ? [{ step, path }] : [{ role: agent, step, path }];
  });
}
