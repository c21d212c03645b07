import { kindOf, type PatternDocument, type StepDocument } from "../../document.ts";
import type { StepKind } from "../../plan.ts";
import {
  nestedScopes,
  stepsOf,
  type DocumentPath,
  type Scope,
  type WalkedStep,
} from "../../walk.ts";

export interface ScopeNode {
  readonly index: number;
  readonly path: DocumentPath;
  readonly depth: number;
  /** Which part of its owner it belongs to; `body` for the top scope. */
  readonly part: "body" | "fallback" | "compensate";
  /** The step that holds this scope; absent for the top scope. */
  readonly owner?: StepNode;
  readonly steps: readonly StepNode[];
}

export interface StepNode {
  /** Place in the model's list; ascending in declaration order, an outer scope's before its nested ones. */
  readonly index: number;
  readonly id: string;
  readonly kind: StepKind;
  readonly step: StepDocument;
  readonly path: DocumentPath;
  readonly scope: ScopeNode;
  /** Scopes directly inside: cases, loop body, group, also of its fallback and compensation. */
  readonly inner: readonly ScopeNode[];
}

export interface StepTree {
  readonly top: ScopeNode;
  readonly scopes: readonly ScopeNode[];
  readonly steps: readonly StepNode[];
  /** Every step of an id; more than one is a duplicate. */
  readonly byId: ReadonlyMap<string, readonly StepNode[]>;
}

interface GrowingScope extends Omit<ScopeNode, "steps"> {
  readonly steps: StepNode[];
}

/** Numbers every step and scope of a document once; what rules look up afterwards is an array access. */
export function buildStepTree(document: PatternDocument): StepTree {
  const tree: GrowingTree = { scopes: [], steps: [], byId: new Map() };
  const topScope: Scope = { path: ["steps"], steps: document.steps, depth: 0 };
  const top = addScope(tree, topScope, undefined);
  // An outer scope before those inside of it; iterative, so nesting costs memory and never the stack.
  const work: Pending[] = [{ scope: topScope, node: top }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const nested: Pending[] = [];
    for (const walked of stepsOf(next.scope)) {
      const inner: ScopeNode[] = [];
      const step = addStep(tree, next.node, walked, inner);
      for (const scope of nestedScopes(walked)) {
        const node = addScope(tree, scope, step);
        inner.push(node);
        nested.push({ scope, node });
      }
    }
    for (const pending of nested.reverse()) work.push(pending);
  }
  return { top, ...tree };
}

interface Pending {
  readonly scope: Scope;
  readonly node: GrowingScope;
}

interface GrowingTree {
  readonly scopes: GrowingScope[];
  readonly steps: StepNode[];
  readonly byId: Map<string, StepNode[]>;
}

function addScope(tree: GrowingTree, scope: Scope, owner: StepNode | undefined): GrowingScope {
  const { path, depth } = scope;
  const part = partOf(scope);
  const place = { index: tree.scopes.length, path, depth, part, steps: [] };
  const node: GrowingScope = owner === undefined ? place : { ...place, owner };
  tree.scopes.push(node);
  return node;
}

function addStep(
  tree: GrowingTree,
  scope: GrowingScope,
  { id, step, path }: WalkedStep,
  inner: readonly ScopeNode[],
): StepNode {
  const index = tree.steps.length;
  const node: StepNode = { index, id, kind: kindOf(step), step, path, scope, inner };
  tree.steps.push(node);
  scope.steps.push(node);
  const same = tree.byId.get(id);
  if (same) same.push(node);
  else tree.byId.set(id, [node]);
  return node;
}

function partOf(scope: Scope): ScopeNode["part"] {
  const key = scope.owner && scope.path[scope.owner.path.length];
  return key === "fallback" || key === "compensate" ? key : "body";
}

/** The scopes from a step's own outwards. */
export function* scopesAround(step: StepNode): Generator<ScopeNode> {
  for (let scope: ScopeNode | undefined = step.scope; scope; scope = scope.owner?.scope)
    yield scope;
}

/**
 * The step of `scope` that is `step` or holds it, at any depth; nothing when `step` is not inside `scope`.
 * What a nested step waits for, its holder waits for.
 */
export function holderIn(scope: ScopeNode, step: StepNode): StepNode | undefined {
  let at: StepNode | undefined = step;
  while (at && at.scope !== scope) at = at.scope.owner;
  return at;
}
