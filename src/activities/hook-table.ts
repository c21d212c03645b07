import { createByteCache, digestOf, type JsonValue } from "../core/index.ts";
import { answerPrompts, buildHookTable, type Hook, type HookTable } from "../hooks/index.ts";
import type { Plan } from "../patterns/plan.ts";
import type { ActivityLog } from "./deps.ts";

const CACHE_BYTES = 32 * 1024 * 1024;

/** Matches hooks against plans, once per pair of them. */
export type HookMatcher = (plan: Plan, hooks: readonly Hook[]) => HookTable;

export function createHookMatcher(log: ActivityLog): HookMatcher {
  const cache = createByteCache<HookTable>(CACHE_BYTES);
  return (plan, hooks) => {
    // Its format also says how a run without hooks goes on.
    if (hooks.length === 0) return buildHookTable(plan, []).table;
    // as: hooks are plain JSON, which their interfaces cannot say
    const key = `${plan.digest}/${digestOf(hooks as unknown as JsonValue)}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const answered = hooks.map((hook) => ({
      ...hook,
      handler: answerPrompts(hook.handler, plan.roles),
    }));
    const { table, problems } = buildHookTable(plan, answered);
    for (const { hook, message } of problems)
      log.warn({ pattern: plan.name, version: plan.version, hook }, message);
    cache.set(key, table, JSON.stringify(table).length);
    return table;
  };
}
