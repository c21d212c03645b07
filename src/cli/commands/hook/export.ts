import { Option, type Command } from "commander";

import { EXPORT_TARGETS, type ExportTarget } from "../../../hooks/importers/agents/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { exportConfigs } from "../../hook/export-hooks.ts";

interface ExportFlags extends JsonFlag {
  readonly for: ExportTarget;
  readonly closed?: boolean;
  readonly program: string;
}

export function createExportCommand({ world, perform }: Invocation): Command {
  return createCommand("export", "Print another program's configuration that asks these hooks")
    .argument("<configs...>", "Claude Code settings files, or a plugin's hooks/hooks.json")
    .addOption(
      new Option("--for <target>", "who is to ask").choices(EXPORT_TARGETS).makeOptionMandatory(),
    )
    .option("--closed", "refuse when the hooks cannot be asked")
    .option("--program <words>", "how to start Heddle there", "heddle")
    .action((configs: readonly string[], flags: ExportFlags) =>
      perform(flags, (output) =>
        exportConfigs(
          {
            configs,
            target: flags.for,
            closed: flags.closed === true,
            program: flags.program,
          },
          { cwd: world.cwd, output },
        ),
      ),
    );
}
