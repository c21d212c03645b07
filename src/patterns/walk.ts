import {
  SCOPE_KINDS,
  type BodyDocument,
  type StepDocument,
  type StepsDocument,
} from "./document.ts";

/** A place in a document: keys and array indices from its root. */
export type DocumentPath = readonly (string | number)[];

/** A set of steps that see each other: the top level, a group, a loop's body, one case of a switch. */
export interface Scope {
  readonly path: DocumentPath;
  readonly steps: StepsDocument;
  /** The step that holds this scope; absent for the top scope. */
  readonly owner?: WalkedStep;
  /** 0 for the top scope. */
  readonly depth: number;
}

export interface WalkedStep {
  readonly id: string;
  readonly step: StepDocument;
  readonly scope: Scope;
  readonly path: DocumentPath;
}

/** Every scope of a document, an owner's before its nested ones. Iterative: nesting costs memory, never the stack. */
export function* walkScopes(steps: StepsDocument): Generator<Scope> {
  const work: Scope[] = [{ path: ["steps"], steps, depth: 0 }];
  for (let scope = work.pop(); scope !== undefined; scope = work.pop()) {
    yield scope;
    const nested: Scope[] = [];
    for (const walked of stepsOf(scope)) nested.push(...nestedScopes(walked));
    for (let index = nested.length - 1; index >= 0; index -= 1) {
      const next = nested[index];
      if (next !== undefined) work.push(next);
    }
  }
}

/** Every step of a document with its place, in declaration order within each scope. */
export function* walkSteps(steps: StepsDocument): Generator<WalkedStep> {
  for (const scope of walkScopes(steps)) yield* stepsOf(scope);
}

/** The steps directly in one scope, in declaration order. */
export function* stepsOf(scope: Scope): Generator<WalkedStep> {
  for (const id of Object.keys(scope.steps)) {
    const step = scope.steps[id];
    if (step !== undefined) yield { id, step, scope, path: [...scope.path, id] };
  }
}

/** The scopes directly inside one step: its body's, its fallback's and its compensation's. */
export function nestedScopes(walked: WalkedStep): readonly Scope[] {
  const { step } = walked;
  if (step.fallback === undefined && step.compensate === undefined && !isScopeStep(step)) return [];
  const found: Scope[] = [];
  collect(step, walked.path, walked, found);
  if (step.fallback) collect(step.fallback, [...walked.path, "fallback"], walked, found);
  if (step.compensate) collect(step.compensate, [...walked.path, "compensate"], walked, found);
  return found;
}

/** True for a step with nested steps of its own: `group`, `loop`, `switch`. */
export function isScopeStep(step: BodyDocument): boolean {
  return SCOPE_KINDS.some((kind) => step[kind] !== undefined);
}

function collect(body: BodyDocument, path: DocumentPath, owner: WalkedStep, found: Scope[]): void {
  const add = (steps: StepsDocument, ...tail: DocumentPath): void => {
    found.push({ path: [...path, ...tail, "steps"], steps, owner, depth: owner.scope.depth + 1 });
  };
  if (body.group) add(body.group.steps, "group");
  if (body.loop) add(body.loop.steps, "loop");
  body.switch?.cases.forEach((one, index) => {
    add(one.steps, "switch", "cases", index);
  });
  if (body.switch?.default) add(body.switch.default.steps, "switch", "default");
}

/** Writes a place the way issues show it: `steps.build.needs[0]`. A key that is no plain word is quoted. */
export function formatPath(path: DocumentPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w$-]{1,256}$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}
