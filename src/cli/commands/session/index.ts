import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createEndCommand } from "./end.ts";
import { createRestoreCommand } from "./restore.ts";
import { createShowCommand } from "./show.ts";
import { createStartCommand } from "./start.ts";

export function createSessionCommands(invocation: Invocation): Command {
  return createNoun("session", "Group runs, share state, restore", [
    createStartCommand(invocation),
    createEndCommand(invocation),
    createRestoreCommand(invocation),
    createShowCommand(invocation),
  ]);
}
