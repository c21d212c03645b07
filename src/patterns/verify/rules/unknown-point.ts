import type { Rule } from "../rule.ts";
import { namedPoints } from "./hook-points.ts";

export const unknownPoint: Rule = {
  code: "unknown-point",
  severity: "error",
  summary: "A hook is registered on a point that does not exist.",
  *check(model) {
    for (const { at, path, problem } of namedPoints(model)) {
      if (problem === undefined) continue;
      const [message = problem, ...advice] = problem.split("; ");
      yield {
        path,
        message: `Hook "${at.hook.name}": ${message}`,
        hint:
          advice.length === 0 ? "Name a point such as step.before." : sentence(advice.join("; ")),
      };
    }
  },
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
