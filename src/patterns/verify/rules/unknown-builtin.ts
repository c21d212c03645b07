import { BUILTIN_POINTS, resolvePoint } from "../../../hooks/index.ts";
import { callsOf } from "../model/calls.ts";
import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownBuiltin: Rule = {
  code: "unknown-builtin",
  severity: "error",
  summary: "A builtin hook that does not exist, or that does nothing where it is registered.",
  *check(model) {
    const suggest = createSuggest(BUILTIN_POINTS.keys());
    for (const { name, path, who, on } of callsOf(model, "builtin")) {
      if (!BUILTIN_POINTS.has(name)) {
        const names = [...BUILTIN_POINTS.keys()].join(", ");
        const message = `${who} uses the unknown builtin "${name}"`;
        yield { path, message, hint: `There are ${names}.${suggest(name)}` };
      } else if (on === undefined) {
        const message = `${who} uses the builtin "${name}", which is a hook and does no step's work`;
        yield { path, message, hint: "Give the role a command, http or function handler." };
      } else {
        const places = BUILTIN_POINTS.get(name);
        const wrong = pointsOf(on).filter((point) => places?.includes(point) === false);
        if (wrong.length === 0) continue;
        const message = `${who}: the builtin "${name}" does nothing at ${wrong.join(", ")}`;
        yield { path, message, hint: `Register it on ${places?.join(", ") ?? ""}.` };
      }
    }
  },
};

/** Names that stand for no point are another rule's business. */
function pointsOf(on: string | readonly string[]): readonly string[] {
  return (typeof on === "string" ? [on] : on).flatMap((name) => {
    const resolved = resolvePoint(name);
    return resolved.ok ? [resolved.value.point, ...(resolved.value.also ?? [])] : [];
  });
}
