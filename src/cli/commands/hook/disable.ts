import type { Command } from "commander";

import type { Invocation } from "../../context.ts";
import { createSwitchCommand } from "../../hook/switch-command.ts";

export function createDisableCommand(invocation: Invocation): Command {
  return createSwitchCommand(invocation, { verb: "disable", enabled: false });
}
