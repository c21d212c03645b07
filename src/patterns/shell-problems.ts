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
    const { run, fallback, compensate } = step;
    if (isTemplate(run)) yield* problemsOf(run, [...path, "run"]);
    if (isTemplate(fallback?.run)) yield* problemsOf(fallback.run, [...path, "fallback", "run"]);
    if (isTemplate(compensate?.run))
      yield* problemsOf(compensate.run, [...path, "compensate", "run"]);
  }
}

function isTemplate(run: unknown): run is string {
  return typeof run === "string" && hasExpression(run);
}

function* problemsOf(run: string, path: DocumentPath): Generator<PlacedShellProblem> {
  const parts = trySplitText(run);
  // The verifier reports what is wrong with the expression itself.
  if (!parts.ok) return;
  for (const problem of compileShell(parts.value).problems) yield { ...problem, path };
}
