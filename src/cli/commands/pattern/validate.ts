import type { Command } from "commander";

import { toSarif } from "../../../patterns/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { validateFile, type ValidateFlags } from "../../pattern/validate-file.ts";
import { readVersion } from "../../version.ts";
import { addFunctionsOption } from "./functions-option.ts";

interface Flags extends ValidateFlags, JsonFlag {
  readonly sarif?: boolean;
}

export function createValidateCommand({ world, perform }: Invocation): Command {
  return addFunctionsOption(
    createCommand("validate", "Check pattern files; reports every problem at once"),
  )
    .argument("<files...>", "pattern files; - reads one from stdin")
    .option("--edges", "add the edges between steps to the JSON")
    .option("--strict", "refuse warnings too")
    .option("--sarif", "print one SARIF document, for code scanners and editors")
    .action((files: readonly string[], flags: Flags) =>
      perform(flags, async (output) => {
        const reports = [];
        for (const file of files) {
          const { report, text } = await validateFile(world, file, flags);
          reports.push(report);
          if (flags.sarif !== true) output.result(report, text);
        }
        if (flags.sarif === true) {
          const sarif = toSarif(reports, readVersion());
          output.result(sarif, JSON.stringify(sarif, undefined, 2));
        }
        return reports.every(({ valid }) => valid) ? 0 : 1;
      }),
    );
}
