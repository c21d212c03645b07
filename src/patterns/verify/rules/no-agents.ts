import { TYPES_WITH_AGENTS } from "../../document.ts";
import type { Rule } from "../rule.ts";

export const noAgents: Rule = {
  code: "no-agents",
  severity: "error",
  summary: "A pattern of a type that is about agents declares none.",
  *check(model) {
    const { type } = model.document;
    if (type === undefined || !TYPES_WITH_AGENTS.includes(type)) return;
    if (model.roles.size > 0) return;
    yield {
      path: model.document.agents === undefined ? ["type"] : ["agents"],
      message: `A pattern of type "${type}" needs agents, and no agents are declared`,
      hint: "Declare at least one role under `agents`, or use the type `custom`.",
    };
  },
};
