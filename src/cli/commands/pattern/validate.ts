import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import type { ExitCode } from "../../exit-code.ts";
import { validateFile, type ValidateFlags } from "../../pattern/validate-file.ts";

export function createValidateCommand({ world, perform }: Invocation): Command {
  return createCommand("validate", "Check pattern files; reports every problem at once")
    .argument("<files...>", "pattern files")
    .option("--edges", "add the edges between steps to the JSON")
    .option("--strict", "refuse warnings too")
    .action((files: readonly string[], flags: ValidateFlags & JsonFlag) =>
      perform(flags, async (output) => {
        let exitCode: ExitCode = 0;
        for (const file of files) {
          const { report, text } = await validateFile(world, file, flags);
          output.result(report, text);
          if (!report.valid) exitCode = 1;
        }
        return exitCode;
      }),
    );
}
