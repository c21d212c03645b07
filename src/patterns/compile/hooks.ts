import { ok } from "../../core/index.ts";
import { normalizeHook, type Hook } from "../../hooks/index.ts";
import type { HookDocument } from "../document.ts";
import type { Model } from "../verify/model/model.ts";
import { invalid, parseCondition } from "./templates.ts";

/** Every hook of a document with its defaults settled: the pattern's first, then those of roles and steps. */
export function compileHooks(model: Model): readonly Hook[] {
  const { document } = model;
  const hooks = settle(document.hooks, "pattern");
  for (const [id, role] of Object.entries(document.agents ?? {}))
    hooks.push(...settle(role.hooks, `role:${id}`));
  for (const { id, step } of model.steps) hooks.push(...settle(step.hooks, `step:${id}`));
  return hooks;
}

function settle(registrations: readonly HookDocument[] | undefined, source: string): Hook[] {
  const hooks: Hook[] = [];
  for (const registration of registrations ?? []) {
    const settled = normalizeHook(registration, source, (text) => {
      const parsed = parseCondition(text);
      return parsed.ok ? ok(parsed.value) : parsed;
    });
    if (!settled.ok)
      throw invalid(settled.error.map(({ path, message }) => `${path}: ${message}`).join("; "), "");
    hooks.push(...settled.value);
  }
  return hooks;
}
