import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { explainName, renderExplanation } from "../../hook/explain-name.ts";

export function createExplainCommand({ perform }: Invocation): Command {
  return createCommand("explain", "Explain a hook point or any of its names")
    .argument("<names...>", "e.g. step.before, PreToolUse, pre_command")
    .action((names: readonly string[], flags: JsonFlag) =>
      perform(flags, (output) => {
        for (const name of names) {
          const explained = explainName(name);
          output.result(explained, renderExplanation(explained));
        }
        return Promise.resolve(0);
      }),
    );
}
