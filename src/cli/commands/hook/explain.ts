import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { findHooks, isPoint, renderHookExplanation } from "../../hook/explain-hook.ts";
import { explainName, renderExplanation } from "../../hook/explain-name.ts";

export function createExplainCommand({ world, perform }: Invocation): Command {
  return createCommand(
    "explain",
    "Explain a hook point or any of its names, a registered hook, or a hook file",
  )
    .argument("<names...>", "e.g. step.before, PreToolUse, pre_command, my-hook, hooks.yaml")
    .action((names: readonly string[], flags: JsonFlag) =>
      perform(flags, async (output) => {
        for (const name of names) {
          const hooks = isPoint(name) ? [] : await findHooks(name, world, output);
          if (hooks.length === 0) {
            const explained = explainName(name);
            output.result(explained, renderExplanation(explained));
          }
          for (const hook of hooks) output.result(hook, renderHookExplanation(hook));
        }
        return 0;
      }),
    );
}
