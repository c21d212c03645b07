import { Option, type Command } from "commander";

import type { PatternFilter, PatternSummary } from "../../../registry/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { headOf } from "../../pattern/describe-pattern.ts";
import { renderTable } from "../../table.ts";

export function createListCommand({ world, perform }: Invocation): Command {
  return createCommand("list", "List registered patterns, the newest version of each")
    .option("--type <type>", "only patterns of this type")
    .option("--tag <tag>", "only patterns with this tag")
    .addOption(
      new Option("--status <status>", "only patterns with this status").choices([
        "draft",
        "active",
        "deprecated",
        "archived",
      ]),
    )
    .action((flags: PatternFilter & JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { json: _json, ...filter } = flags;
          const patterns = await (await link.registry()).listPatterns(filter);
          output.result(patterns.map(headOf), renderPatterns(patterns));
          return 0;
        }),
      ),
    );
}

function renderPatterns(patterns: readonly PatternSummary[]): string {
  if (patterns.length === 0) return "no patterns";
  return renderTable(
    ["NAME", "VERSION", "STATUS", "TYPE", "DIGEST"],
    patterns.map((one) => [one.name, one.version, one.status, one.type, one.digest.slice(0, 12)]),
  );
}
