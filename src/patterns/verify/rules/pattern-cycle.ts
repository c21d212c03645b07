import { callsOf, type Call } from "../model/calls.ts";
import type { Model } from "../model/model.ts";
import { splitPatternName } from "../model/pattern-name.ts";
import type { Rule } from "../rule.ts";

export const patternCycle: Rule = {
  code: "pattern-cycle",
  severity: "error",
  summary: "A pattern calls itself, directly or through others, without a limit.",
  *check(model) {
    const told = new Set<string>();
    for (const call of callsOf(model, "pattern")) {
      if (isLimited(call)) continue;
      const { name } = splitPatternName(call.name);
      if (told.has(name)) continue;
      const way = wayBack(model, name);
      if (way === undefined) continue;
      told.add(name);
      yield {
        path: call.path,
        message: `Patterns in a cycle (circular calls): ${[model.document.name, ...way].join(" -> ")}`,
        hint: "Set `maxDepth` on the step when the recursion is meant, or repeat work with a `loop`.",
      };
    }
  },
};

function isLimited({ step }: Call): boolean {
  return step?.step.maxDepth !== undefined;
}

/** The shortest chain of calls from `first` back to this pattern; breadth first over what is registered. */
function wayBack(model: Model, first: string): readonly string[] | undefined {
  const own = model.document.name;
  const cameFrom = new Map<string, string | undefined>([[first, undefined]]);
  const queue = [first];
  // The list grows while it is walked.
  for (const name of queue) {
    if (name === own) return trace(cameFrom, name);
    for (const next of model.known.patterns?.get(name)?.calls ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return undefined;
}

function trace(cameFrom: ReadonlyMap<string, string | undefined>, last: string): readonly string[] {
  const way: string[] = [];
  for (let name: string | undefined = last; name !== undefined; name = cameFrom.get(name))
    way.push(name);
  return way.reverse();
}
