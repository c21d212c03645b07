import semver from "semver";

import { callsOf } from "../model/calls.ts";
import type { Rule } from "../rule.ts";
import { splitPatternName } from "../model/pattern-name.ts";
import { createSuggest } from "../suggest.ts";

export const unknownPattern: Rule = {
  code: "unknown-pattern",
  severity: "warning",
  summary: "A step, role or hook calls a pattern that is not registered, or no version of it fits.",
  *check(model) {
    const { patterns } = model.known;
    if (patterns === undefined) return;
    const { name: own, version } = model.document;
    const suggest = createSuggest([own, ...patterns.keys()]);
    for (const call of callsOf(model, "pattern")) {
      if (call.name.includes("${{")) continue;
      const { name, range } = splitPatternName(call.name);
      const versions = [
        ...(name === own ? [version] : []),
        ...(patterns.get(name)?.versions ?? []),
      ];
      if (versions.length === 0) {
        yield {
          path: call.path,
          message: `${call.who} calls the unknown pattern "${name}"`,
          hint: `Register "${name}" before this pattern runs.${suggest(name)}`,
        };
      } else if (!versions.some((one) => semver.satisfies(one, range))) {
        yield {
          path: call.path,
          message: `${call.who} calls "${call.name}", and no version of "${name}" fits "${range}"`,
          hint: `There is ${versions.slice(0, 5).join(", ")}.`,
        };
      }
    }
  },
};
