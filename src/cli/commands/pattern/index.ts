import type { Command } from "commander";

import { createNoun } from "../../command.ts";
import type { Invocation } from "../../context.ts";
import { createArchiveCommand } from "./archive.ts";
import { createDeprecateCommand } from "./deprecate.ts";
import { createDiffCommand } from "./diff.ts";
import { createExportCommand } from "./export.ts";
import { createGraphCommand } from "./graph.ts";
import { createInstantiateCommand } from "./instantiate.ts";
import { createListCommand } from "./list.ts";
import { createNewCommand } from "./new.ts";
import { createRegisterCommand } from "./register.ts";
import { createSchemaCommand } from "./schema.ts";
import { createShowCommand } from "./show.ts";
import { createStatsCommand } from "./stats.ts";
import { createValidateCommand } from "./validate.ts";

export function createPatternCommands(invocation: Invocation): Command {
  return createNoun("pattern", "Check, store and look at patterns", [
    createValidateCommand(invocation),
    createRegisterCommand(invocation),
    createListCommand(invocation),
    createShowCommand(invocation),
    createStatsCommand(invocation),
    createDiffCommand(invocation),
    createGraphCommand(invocation),
    createNewCommand(invocation),
    createInstantiateCommand(invocation),
    createExportCommand(invocation),
    createDeprecateCommand(invocation),
    createArchiveCommand(invocation),
    createSchemaCommand(invocation),
  ]);
}
