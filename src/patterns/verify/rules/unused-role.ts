import { callsOf } from "../model/calls.ts";
import type { Rule } from "../rule.ts";

export const unusedRole: Rule = {
  code: "unused-role",
  severity: "warning",
  summary: "No step uses a declared role.",
  *check(model) {
    // An expression may name any role.
    if (model.roleUses.some((use) => use.role === undefined)) return;
    // An agent that may hand over can pass its work to every other role.
    if (model.steps.some(({ step }) => step.handoff === true)) return;
    const asked = [...callsOf(model, "role")].map(({ name }) => name);
    const used = new Set([...model.roleUses.map((use) => use.role), ...asked]);
    for (const id of model.roles.keys()) {
      if (used.has(id)) continue;
      yield {
        path: ["agents", id],
        message: `No step uses the role "${id}"`,
        hint: `Remove it, or add a step with \`agent: ${id}\`.`,
      };
    }
  },
};
