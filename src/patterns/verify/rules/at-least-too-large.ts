import { shareOf } from "../model/share.ts";
import type { DocumentPath } from "../../walk.ts";
import type { JoinDocument, ShareDocument } from "../../document.ts";
import type { Finding, Rule } from "../rule.ts";

export const atLeastTooLarge: Rule = {
  code: "at-least-too-large",
  severity: "error",
  summary: "A join or a foreach asks for more successes than there can be.",
  *check(model) {
    const needs = model.needsOf;
    for (const node of model.steps) {
      const { step, path, id } = node;
      const total = needs.get(node)?.length ?? 0;
      yield* tooMany(partial(step.join), total, [...path, "join", "atLeast"], {
        who: `The join of step "${id}"`,
        of: total === 1 ? "need" : "needs",
      });
      const items = step.foreach?.items;
      const complete = step.foreach?.complete;
      if (!Array.isArray(items) || typeof complete !== "object") continue;
      yield* tooMany(complete.atLeast, items.length, [...path, "foreach", "complete", "atLeast"], {
        who: `The foreach of step "${id}"`,
        of: items.length === 1 ? "item" : "items",
      });
    }
  },
};

function partial(join: JoinDocument | undefined): ShareDocument | undefined {
  return typeof join === "object" ? join.atLeast : undefined;
}

function* tooMany(
  share: ShareDocument | undefined,
  total: number,
  path: DocumentPath,
  { who, of }: { readonly who: string; readonly of: string },
): Iterable<Finding> {
  const wanted = shareOf(share, total);
  if (wanted === undefined || wanted <= total) return;
  yield {
    path,
    message: `${who} asks for at least ${share ?? wanted} successes and has ${total} ${of}`,
    hint:
      total === 0
        ? "Name the steps to wait for in `needs`, or remove the join."
        : `Ask for at most ${total}, or add ${of}.`,
  };
}
