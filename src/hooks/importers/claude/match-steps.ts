import { err, ok, type Result } from "../../../core/index.ts";
import type { StepSubject } from "../../plan-steps.ts";
import { compileLinearRegex, parseClaudeMatcher } from "./matcher.ts";
import { claudeSubjects } from "./subjects.ts";

/**
 * Compiles a Claude Code matcher for the steps of a plan.
 * @returns the test, or a sentence that says why the matcher cannot be used; such a hook matches nothing
 */
export function compileClaudeMatch(
  pattern: string,
  event: string,
): Result<(subject: StepSubject) => boolean, string> {
  const matcher = parseClaudeMatcher(pattern, event);
  if (matcher.kind === "all") return ok(() => true);
  const test = matcher.kind === "names" ? testNames(matcher.names) : compileLinearRegex(pattern);
  if (!test.ok) return err(`The matcher ${JSON.stringify(pattern)} cannot be used: ${test.error}`);
  return ok((subject) =>
    (subject.roles.length === 0 ? [undefined] : subject.roles).some((role) =>
      claudeSubjects(event, { ...subject, ...(role === undefined ? {} : { role }) }, pattern).some(
        test.value,
      ),
    ),
  );
}

function testNames(names: readonly string[]): Result<(subject: string) => boolean, string> {
  const known = new Set(names);
  return ok((subject) => known.has(subject));
}
