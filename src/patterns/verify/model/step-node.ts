import { kindOf, type PatternDocument, type StepDocument } from "../../document.ts";
import type { StepKind } from "../../plan.ts";
import { stepsOf, walkScopes, type DocumentPath, type Scope } from "../../walk.ts";

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

type Growing<T> = { -readonly [K in keyof T]: T[K] };
interface GrowingScope extends Omit<ScopeNode, "steps"> {
  readonly steps: StepNode[];
}

/** Numbers every step and scope of a document once; what rules look up afterwards is an array access. */
export function buildStepTree(document: PatternDocument): StepTree {
  const scopes: GrowingScope[] = [];
  const steps: StepNode[] = [];
  const byId = new Map<string, StepNode[]>();
  const innerOf = new Map<StepNode, ScopeNode[]>();
  const placed = new Map<Scope, ReadonlyMap<string, StepNode>>();

  for (const scope of walkScopes(document.steps)) {
    const owner = scope.owner && placed.get(scope.owner.scope)?.get(scope.owner.id);
    const node: Growing<GrowingScope> = {
      index: scopes.length,
      path: scope.path,
      depth: scope.depth,
      part: partOf(scope),
      steps: [],
    };
    if (owner) {
      node.owner = owner;
      innerOf.get(owner)?.push(node);
    }
    scopes.push(node);
    const here = new Map<string, StepNode>();
    for (const { id, step, path } of stepsOf(scope)) {
      const inner: ScopeNode[] = [];
      const at: StepNode = {
        index: steps.length,
        id,
        kind: kindOf(step),
        step,
        path,
        scope: node,
        inner,
      };
      innerOf.set(at, inner);
      here.set(id, at);
      steps.push(at);
      node.steps.push(at);
      const same = byId.get(id);
      if (same) same.push(at);
      else byId.set(id, [at]);
    }
    placed.set(scope, here);
  }
  // The walk begins with the outermost scope, which every document has.
  const top = scopes[0] ?? { index: 0, path: ["steps"], depth: 0, part: "body", steps: [] };
  return { top, scopes, steps, byId };
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
