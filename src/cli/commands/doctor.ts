import type { Command } from "commander";

import { createCommand } from "../command.ts";
import type { Invocation, JsonFlag } from "../context.ts";
import { examine, renderChecks } from "../doctor/examine.ts";

export function createDoctorCommand({ world, perform }: Invocation): Command {
  return createCommand("doctor", "Check every link that a run needs, and name the broken one")
    .option("--fix", "register search attributes and apply migrations")
    .action((flags: JsonFlag & { readonly fix?: boolean }) =>
      perform(flags, async (output) => {
        const { probes, close } = await world.openProbes();
        try {
          const checks = await examine(probes, {
            fix: flags.fix === true,
            report: (line) => {
              output.note(line);
            },
          });
          const ok = checks.every((check) => check.ok);
          output.result({ ok, checks }, renderChecks(checks));
          return ok ? 0 : 1;
        } finally {
          await close();
        }
      }),
    );
}
