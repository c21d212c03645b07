import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createMigrateCommand } from "./migrate.ts";

export function createDbCommands(invocation: Invocation): Command {
  return createNoun("db", "Look after the database", [createMigrateCommand(invocation)]);
}
