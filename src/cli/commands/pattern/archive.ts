import type { Command } from "commander";

import type { Invocation } from "../../context.ts";
import { createStatusCommand } from "../../pattern/status-command.ts";

export function createArchiveCommand(invocation: Invocation): Command {
  return createStatusCommand(invocation, {
    name: "archive",
    description: "Retire a version: it starts no more; runs that have it finish",
    status: "archived",
  });
}
