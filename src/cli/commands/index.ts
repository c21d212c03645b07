import type { Command } from "commander";

import type { Invocation } from "../context.ts";
import { createDbCommands } from "./db/index.ts";
import { createDevCommand } from "./dev.ts";
import { createDoctorCommand } from "./doctor.ts";
import { createHookCommands } from "./hook/index.ts";
import { createPatternCommands } from "./pattern/index.ts";
import { createRunCommands } from "./run/index.ts";
import { createSessionCommands } from "./session/index.ts";
import { createWorkerCommand } from "./worker.ts";

export function addCommands(program: Command, invocation: Invocation): void {
  program
    .addCommand(createDevCommand(invocation))
    .addCommand(createWorkerCommand(invocation))
    .addCommand(createDoctorCommand(invocation))
    .addCommand(createDbCommands(invocation))
    .addCommand(createPatternCommands(invocation))
    .addCommand(createRunCommands(invocation))
    .addCommand(createSessionCommands(invocation))
    .addCommand(createHookCommands(invocation));
}
