import { isJsonObject } from "../core/index.ts";

/**
 * What matching reads of a plan's step. Structural, because the hooks room knows nothing of patterns; `PlanStep` fits.
 */
export interface MatchableStep {
  readonly id: string;
  readonly type?: string;
  readonly tool: string;
  readonly body: MatchableBody;
  readonly fallback?: MatchableWork;
  readonly compensate?: MatchableWork;
}

/** What runs instead of a step, or undoes it. */
interface MatchableWork {
  readonly tool: string;
  readonly body: MatchableBody;
}

interface MatchableBody {
  readonly kind: string;
  readonly role?: unknown;
  readonly scope?: MatchableScope;
  readonly cases?: readonly { readonly scope: MatchableScope }[];
  readonly default?: unknown;
}

interface MatchableScope {
  readonly steps: readonly MatchableStep[];
}

/** The static facts of one step. */
export interface StepSubject {
  readonly step: string;
  readonly kind: string;
  readonly tool: string;
  readonly type: string;
  /** Roles it may have: none, one, or all of the pattern's when an expression decides. */
  readonly roles: readonly string[];
}

/** The subjects of all steps, nested ones included. Iterative: scopes may be nested as deep as a document can be. */
export function stepSubjects(
  steps: readonly MatchableStep[],
  roleIds: readonly string[],
): readonly StepSubject[] {
  const subjects: StepSubject[] = [];
  const work: (readonly MatchableStep[])[] = [steps];
  for (let scope = work.pop(); scope !== undefined; scope = work.pop()) {
    for (const step of scope) {
      subjects.push(describeStep(step, roleIds));
      work.push(...scopesOf(step.body));
    }
  }
  return subjects;
}

function describeStep(step: MatchableStep, roleIds: readonly string[]): StepSubject {
  const { id, tool, type = "custom", body } = step;
  return { step: id, kind: body.kind, tool, type, roles: rolesOf(body, roleIds) };
}

function rolesOf(body: MatchableBody, roleIds: readonly string[]): readonly string[] {
  if (body.kind !== "agent") return [];
  const literal = isJsonObject(body.role) ? body.role["lit"] : undefined;
  return typeof literal === "string" ? [literal] : roleIds;
}

/** What may run for a step besides its body. */
export function alternativesOf({ fallback, compensate }: MatchableStep): readonly MatchableWork[] {
  return [fallback, compensate].filter((each) => each !== undefined);
}

export function scopesOf(body: MatchableBody): readonly (readonly MatchableStep[])[] {
  const found: (readonly MatchableStep[])[] = [];
  if (body.scope !== undefined) found.push(body.scope.steps);
  for (const each of body.cases ?? []) found.push(each.scope.steps);
  if (isScope(body.default)) found.push(body.default.steps);
  return found;
}

function isScope(value: unknown): value is MatchableScope {
  return typeof value === "object" && value !== null && "steps" in value;
}
