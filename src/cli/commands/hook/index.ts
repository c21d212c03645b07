import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createExplainCommand } from "./explain.ts";
import { createExportCommand } from "./export.ts";
import { createImportCommand } from "./import.ts";
import { createRelayCommand } from "./relay.ts";
import { createTestCommand } from "./test.ts";

export function createHookCommands(invocation: Invocation): Command {
  return createNoun("hook", "Test, import and explain hooks", [
    createTestCommand(invocation),
    createImportCommand(invocation),
    createExplainCommand(invocation),
    createRelayCommand(invocation),
    createExportCommand(invocation),
  ]);
}
