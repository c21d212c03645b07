import { callsOf } from "../model/calls.ts";
import type { Rule } from "../rule.ts";
import { createSuggest } from "../suggest.ts";

export const unknownHandler: Rule = {
  code: "unknown-handler",
  severity: "error",
  summary: "A step, role or hook calls a function that is not registered.",
  *check(model) {
    const { functions } = model.known;
    if (functions === undefined) return;
    const suggest = createSuggest(functions.keys());
    for (const { name, path, who } of callsOf(model, "function")) {
      // Tools of MCP servers are found when they are called.
      if (functions.has(name) || name.startsWith("mcp__")) continue;
      if (name.includes("${{")) continue;
      yield {
        path,
        message: `${who} calls the unknown function "${name}"`,
        hint: `Define it with defineHandler("${name}", ...) and load it in the worker.${suggest(name)}`,
      };
    }
  },
};
