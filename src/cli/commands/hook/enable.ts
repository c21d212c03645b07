import type { Command } from "commander";

import type { Invocation } from "../../context.ts";
import { createSwitchCommand } from "../../hook/switch-command.ts";

export function createEnableCommand(invocation: Invocation): Command {
  return createSwitchCommand(invocation, { verb: "enable", enabled: true });
}
