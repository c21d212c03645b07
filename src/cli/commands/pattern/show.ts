import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { findPattern, headOf, splitReference } from "../../pattern/describe-pattern.ts";

export function createShowCommand({ world, perform }: Invocation): Command {
  return createCommand("show", "Show a registered pattern: versions, statistics, definition")
    .argument("<pattern>", "name, or name@range")
    .action((reference: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          const pattern = await findPattern(registry, reference);
          const { name } = splitReference(reference);
          const versions = (await registry.listVersions(name)).map(({ version, status }) => ({
            version,
            status,
          }));
          const statistics = await registry.patternStatistics(name);
          const { definition, sourceFile } = pattern;
          const shown = { ...headOf(pattern), sourceFile, versions, statistics, definition };
          output.result(shown, JSON.stringify(shown, undefined, 2));
          return 0;
        }),
      ),
    );
}
