import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { exportPattern } from "../../pattern/export-pattern.ts";

interface Flags extends JsonFlag {
  readonly output?: string;
}

export function createExportCommand({ world, perform }: Invocation): Command {
  return createCommand("export", "Print a registered pattern, or write it to a file")
    .argument("<pattern>", "name, name@version or name@range")
    .option("-o, --output <file>", "write it here: a .yaml or .json file that is not there yet")
    .action((reference: string, flags: Flags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { pattern, definition } = await exportPattern(await link.registry(), reference);
          const { toYaml } = await import("../../../patterns/templates/index.ts");
          if (flags.output === undefined) {
            output.result(definition, toYaml(definition).trimEnd());
            return 0;
          }
          const { writeDefinition } = await import("../../pattern/write-file.ts");
          await writeDefinition(definition, flags.output, world.cwd);
          const { name, version, digest } = pattern;
          const written = { file: flags.output, name, version, digest };
          output.result(
            written,
            `wrote  ${flags.output}  ${name} ${version}  ${digest.slice(0, 12)}`,
          );
          return 0;
        }),
      ),
    );
}
