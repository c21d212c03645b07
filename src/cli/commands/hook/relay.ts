import { Option, type Command } from "commander";

import { AGENT_PROGRAMS, type AgentProgram } from "../../../hooks/importers/agents/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";

interface RelayFlags extends JsonFlag {
  readonly as: AgentProgram;
  readonly event?: string;
  readonly cwd?: string;
  readonly injections?: string;
  readonly closed?: boolean;
}

export function createRelayCommand({ world, perform }: Invocation): Command {
  return createCommand("relay", "Answer an agent program's hook call, from stdin, with these hooks")
    .argument("<configs...>", "Claude Code settings files, or a plugin's hooks/hooks.json")
    .addOption(
      new Option("--as <program>", "whose hook this is").choices(AGENT_PROGRAMS).default("claude"),
    )
    .option("--event <name>", "the event, where the program does not say it in the JSON")
    .option("--cwd <dir>", "root of the project; default: the current folder")
    .option("--injections <file>", "a file with a text for the next fitting call")
    .option("--closed", "refuse when the hooks cannot be asked")
    .action((configs: readonly string[], flags: RelayFlags) =>
      perform(flags, (output) => {
        const { event, cwd, injections } = flags;
        return world.relayEvent(output, {
          configs,
          program: flags.as,
          closed: flags.closed === true,
          ...(event === undefined ? {} : { event }),
          ...(cwd === undefined ? {} : { cwd }),
          ...(injections === undefined ? {} : { injections }),
        });
      }),
    );
}
