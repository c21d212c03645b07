import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import type { InstantiateFlags } from "../../pattern/instantiate-template.ts";

export function createInstantiateCommand({ world, perform }: Invocation): Command {
  return createCommand("instantiate", "Make a pattern of a template by settling its parameters")
    .argument("<template>", "a file, or a registered name, name@version or name@range")
    .option("--set <name=value>", "value of a parameter (repeatable)", collect)
    .option("--parameters <input>", "values: JSON or YAML file, inline JSON, or - for stdin")
    .option("--name <name>", "name of the result; default: the template's")
    .option("-o, --output <file>", "write it here instead of registering it")
    .action((template: string, flags: InstantiateFlags & JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { instantiateTemplate } = await import("../../pattern/instantiate-template.ts");
          return instantiateTemplate(world, link, output, { ...flags, template });
        }),
      ),
    );
}

function collect(assignment: string, before: readonly string[] = []): readonly string[] {
  return [...before, assignment];
}
