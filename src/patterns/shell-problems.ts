import { hasExpression, trySplitText } from "../expressions/index.ts";
import { compileShell, type ShellProblem } from "./compile/shell.ts";
import type { StepsDocument } from "./document.ts";
import { walkSteps, type DocumentPath } from "./walk.ts";

export interface PlacedShellProblem extends ShellProblem {
  readonly path: DocumentPath;
}

/** Expressions that stand where the shell could not be given their value safely. */
export function* findShellProblems(steps: StepsDocument): Generator<PlacedShellProblem> {
  for (const { step, path } of walkSteps(steps)) {
    yield* problemsOf(step.run, [...path, "run"]);
    yield* problemsOf(step.fallback?.run, [...path, "fallback", "run"]);
    yield* problemsOf(step.compensate?.run, [...path, "compensate", "run"]);
  }
}

function* problemsOf(run: unknown, path: DocumentPath): Generator<PlacedShellProblem> {
  if (typeof run !== "string" || !hasExpression(run)) return;
  const parts = trySplitText(run);
  // The verifier reports what is wrong with the expression itself.
  if (!parts.ok) return;
  for (const problem of compileShell(parts.value).problems) yield { ...problem, path };
}
