import type { Command } from "commander";

import type { Invocation } from "../../context.ts";
import { createStatusCommand } from "../../pattern/status-command.ts";

export function createDeprecateCommand(invocation: Invocation): Command {
  return createStatusCommand(invocation, {
    name: "deprecate",
    description: "Take a version out of the default choice; it still starts by its exact version",
    status: "deprecated",
  });
}
