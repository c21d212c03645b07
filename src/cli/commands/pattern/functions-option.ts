import type { Command } from "commander";

/** Who says which functions exist is told of calls to others; nobody has to, because workers may be elsewhere. */
export function addFunctionsOption(command: Command): Command {
  return command.option(
    "--functions <module>",
    "refuse calls of functions that no such module exports; `config` stands for those of the settings (repeatable)",
    (module: string, before: readonly string[] | undefined) => [...(before ?? []), module],
  );
}
