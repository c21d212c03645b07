import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createApproveCommand } from "./approve.ts";
import { createCancelCommand } from "./cancel.ts";
import { createForkCommand } from "./fork.ts";
import { createRunGraphCommand } from "./graph.ts";
import { createListCommand } from "./list.ts";
import {
  createCompleteCommand,
  createPauseCommand,
  createResumeCommand,
  createSkipCommand,
} from "./orders.ts";
import { createResultCommand } from "./result.ts";
import { createRetryCommand } from "./retry.ts";
import { createShowCommand } from "./show.ts";
import { createSignalCommand } from "./signal.ts";
import { createStartCommand } from "./start.ts";
import { createWatchCommand } from "./watch.ts";

export function createRunCommands(invocation: Invocation): Command {
  return createNoun("run", "Start runs and steer them", [
    createStartCommand(invocation),
    createWatchCommand(invocation),
    createShowCommand(invocation),
    createRunGraphCommand(invocation),
    createResultCommand(invocation),
    createListCommand(invocation),
    createCancelCommand(invocation),
    createSignalCommand(invocation),
    createApproveCommand(invocation),
    createRetryCommand(invocation),
    createSkipCommand(invocation),
    createCompleteCommand(invocation),
    createPauseCommand(invocation),
    createResumeCommand(invocation),
    createForkCommand(invocation),
  ]);
}
