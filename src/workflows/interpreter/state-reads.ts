import { isJsonArray, isJsonObject, type JsonValue } from "../../core/index.ts";
import { references } from "../../expressions/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import type { Environment } from "./environment.ts";
import type { Instance } from "./instance.ts";
import { fireMoment } from "./moments.ts";
import type { Settled } from "./state.ts";
import { toJson } from "./to-json.ts";
import { watches } from "./watches.ts";

/** What of a step is evaluated once for all its instances, and what by each. */
const CONDITION = ["if", "foreach"] as const;
const WORK = ["body", "output", "cache", "lock"] as const;

/** Scopes inside a body: their steps read for themselves. */
const NESTED: ReadonlySet<string> = new Set(["scope", "default", "steps"]);

type Part = "condition" | "work";

const known = new WeakMap<PlanStep, Record<Part, readonly string[]>>();

export function watchesReads(ctx: RunContext, step: PlanStep): boolean {
  return watches(ctx, "state.beforeRead", step.id) || watches(ctx, "state.afterRead", step.id);
}

/** The instance with the state as the hooks of reads let it be seen, or how they ended it. */
export async function seeState(instance: Instance): Promise<Instance | Settled> {
  const { ctx, step, env, cancel } = instance;
  const seen = await readState(ctx, step, env, cancel, "work");
  return "status" in seen ? seen : { ...instance, env: seen };
}

/** Tells the hooks of `state.beforeRead` and `state.afterRead` where a step's expressions name the state. */
export async function readState(
  ctx: RunContext,
  step: PlanStep,
  env: Environment,
  cancel: Canceller,
  part: Part,
): Promise<Environment | Settled> {
  const keys = keysRead(step)[part];
  if (keys.length === 0) return env;
  const place = { ctx, step, env, cancel };
  const data = { keys, reads: part };
  const before = await fireMoment(place, "state.beforeRead", null, data, part);
  if (before.kind === "end") return before.outcome;
  const shown = { ...data, state: ctx.state };
  const after = await fireMoment(place, "state.afterRead", ctx.state, shown, part);
  if (after.kind === "end") return after.outcome;
  return after.output === undefined ? env : { ...env, state: after.output };
}

/** The keys of `state` that a step reads; `*` where the expression takes it as a whole. */
function keysRead(step: PlanStep): Record<Part, readonly string[]> {
  const before = known.get(step);
  if (before !== undefined) return before;
  const plain = toJson(step);
  const of = (fields: readonly string[]): readonly string[] => {
    const found = new Set<string>();
    if (isJsonObject(plain)) for (const field of fields) collect(plain[field] ?? null, found);
    return [...found];
  };
  const keys = { condition: of(CONDITION), work: of(WORK) };
  known.set(step, keys);
  return keys;
}

function collect(root: JsonValue, found: Set<string>): void {
  const work: JsonValue[] = [root];
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    if (isJsonArray(value)) work.push(...value);
    else if (isJsonObject(value)) {
      const { expr } = value;
      if (typeof expr === "string") {
        for (const { root: name, path } of references(expr))
          if (name === "state") found.add(typeof path[0] === "string" ? path[0] : "*");
      } else
        for (const [key, inner] of Object.entries(value)) if (!NESTED.has(key)) work.push(inner);
    }
  }
}
