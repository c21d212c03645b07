import type { Command } from "commander";

import { BUILTINS } from "../../../hooks/executors/builtin/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { renderTable } from "../../table.ts";

export function createBuiltinsCommand({ perform }: Invocation): Command {
  return createCommand("builtins", "List the hooks that come with Heddle").action(
    (flags: JsonFlag) =>
      perform(flags, (output) => {
        const list = BUILTINS.toSorted((left, right) => left.name.localeCompare(right.name)).map(
          ({ name, summary, points }) => ({ name, summary, points: points ?? null }),
        );
        const rows = list.map(({ name, summary, points }) => [
          name,
          points?.join(" ") ?? "any point",
          summary,
        ]);
        output.result(list, renderTable(["NAME", "POINTS", "WHAT IT DOES"], rows));
        return Promise.resolve(0);
      }),
  );
}
