import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";

export function createMigrateCommand({ world, perform }: Invocation): Command {
  return createCommand("migrate", "Bring the database schema up to date").action(
    (flags: JsonFlag) =>
      perform(flags, async (output) => {
        const applied = await world.migrate();
        const text =
          applied.length === 0 ? "the schema is up to date" : `applied ${applied.join(", ")}`;
        output.result({ applied }, text);
        return 0;
      }),
  );
}
