import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import type { ExitCode } from "../../exit-code.ts";
import { importConfig } from "../../hook/import-config.ts";
import { renderIssues } from "../../issues-text.ts";
import { renderTable } from "../../table.ts";

export function createImportCommand({ world, perform }: Invocation): Command {
  return createCommand("import", "Read Claude Code configurations and lint them, with line numbers")
    .argument("<configs...>", "settings files, or a plugin's hooks/hooks.json")
    .option("--strict", "refuse warnings too")
    .action((configs: readonly string[], flags: JsonFlag & { readonly strict?: boolean }) =>
      perform(flags, async (output) => {
        let exitCode: ExitCode = 0;
        for (const config of configs) {
          const report = await importConfig(config, world.cwd);
          const isRefused =
            !report.valid ||
            (flags.strict === true && report.issues.some(({ severity }) => severity === "warning"));
          const hooks = renderTable(
            ["LINE", "EVENT", "POINT", "MATCHER", "HANDLER"],
            report.hooks.map(({ line, event, point, matcher, handler }) => [
              String(line),
              event,
              point ?? "-",
              matcher ?? "*",
              handler,
            ]),
          );
          output.result(report, [hooks, ...renderIssues(config, report.issues)].join("\n"));
          if (isRefused) exitCode = 1;
        }
        return exitCode;
      }),
    );
}
