import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { registerFile } from "../../pattern/register-file.ts";
import type { ExitCode } from "../../exit-code.ts";
import type { ValidateFlags } from "../../pattern/validate-file.ts";
import { addFunctionsOption } from "./functions-option.ts";

interface RegisterFlags extends JsonFlag, Pick<ValidateFlags, "strict" | "functions"> {
  readonly draft?: boolean;
}

export function createRegisterCommand({ world, perform }: Invocation): Command {
  return addFunctionsOption(
    createCommand("register", "Check pattern files and store them as immutable versions"),
  )
    .argument("<files...>", "pattern files")
    .option("--strict", "refuse warnings too")
    .option("--draft", "register without making it the version that is started by default")
    .action((files: readonly string[], flags: RegisterFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          let exitCode: ExitCode = 0;
          for (const file of files) {
            const registered = await registerFile(world, () => link.registry(), file, flags);
            output.result(registered.report, registered.text);
            if (!registered.done) exitCode = 1;
          }
          return exitCode;
        }),
      ),
    );
}
