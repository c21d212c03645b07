import { defined } from "../../core/index.ts";
import type {
  CompleteDocument,
  ForeachDocument,
  JoinDocument,
  PartialJoinDocument,
  ShareDocument,
} from "../document.ts";
import type { Join, PartialJoin, PlanForeach } from "../plan.ts";
import { toMs } from "./policies.ts";
import { condition, template } from "./templates.ts";

export function compileJoin(join: JoinDocument | undefined): Join {
  return typeof join === "object" ? compilePartial(join) : (join ?? "all");
}

export function compileForeach(foreach: ForeachDocument): PlanForeach {
  const { items, concurrency, when, complete } = foreach;
  return defined({
    items: template(items),
    concurrency,
    when: when === undefined ? undefined : whenExpression(when),
    ...(typeof complete === "object" ? compileComplete(complete) : { complete }),
  });
}

/** A plan's filter is an expression; a constant is one, too. */
function whenExpression(
  when: NonNullable<ForeachDocument["when"]>,
): NonNullable<PlanForeach["when"]> {
  const compiled = condition(when);
  return "lit" in compiled ? { expr: String(compiled.lit) } : compiled;
}

function compileComplete(complete: CompleteDocument): Pick<PlanForeach, "complete" | "tolerate"> {
  const { atLeast, tolerate, deadline, cancelRest } = complete;
  if (tolerate !== undefined) return { tolerate: { failures: compileShare(tolerate.failures) } };
  return { complete: compilePartial(defined({ atLeast: atLeast ?? 1, deadline, cancelRest })) };
}

function compilePartial({ atLeast, deadline, cancelRest }: PartialJoinDocument): PartialJoin {
  return defined({ atLeast: compileShare(atLeast), deadlineMs: toMs(deadline), cancelRest });
}

function compileShare(share: ShareDocument): number | { readonly percent: number } {
  if (typeof share === "number") return share;
  return { percent: Number(share.replace("%", "").trim()) };
}
