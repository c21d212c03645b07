import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createAddCommand } from "./add.ts";
import { createBridgeCommand } from "./bridge.ts";
import { createBuiltinsCommand } from "./builtins.ts";
import { createDisableCommand } from "./disable.ts";
import { createEnableCommand } from "./enable.ts";
import { createHistoryCommand } from "./history.ts";
import { createListCommand } from "./list.ts";
import { createMessageCommand } from "./message.ts";
import { createRemoveCommand } from "./remove.ts";
import { createReplayCommand } from "./replay.ts";
import { createStatsCommand } from "./stats.ts";
import { createTrustCommand, createUntrustCommand } from "./trust.ts";
import { createExplainCommand } from "./explain.ts";
import { createExportCommand } from "./export.ts";
import { createImportCommand } from "./import.ts";
import { createRelayCommand } from "./relay.ts";
import { createTestCommand } from "./test.ts";

export function createHookCommands(invocation: Invocation): Command {
  return createNoun("hook", "Test, import and explain hooks", [
    createListCommand(invocation),
    createAddCommand(invocation),
    createRemoveCommand(invocation),
    createEnableCommand(invocation),
    createDisableCommand(invocation),
    createStatsCommand(invocation),
    createHistoryCommand(invocation),
    createReplayCommand(invocation),
    createTrustCommand(invocation),
    createUntrustCommand(invocation),
    createBuiltinsCommand(invocation),
    createMessageCommand(invocation),
    createTestCommand(invocation),
    createImportCommand(invocation),
    createExplainCommand(invocation),
    createRelayCommand(invocation),
    createBridgeCommand(invocation),
    createExportCommand(invocation),
  ]);
}
