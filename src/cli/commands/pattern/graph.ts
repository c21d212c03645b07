import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { acceptedOf } from "../../documents.ts";
import { createFormatOption, printGraph, type GraphFormat } from "../../graph-format.ts";
import { findPattern } from "../../pattern/describe-pattern.ts";
import { isFileName } from "../../run/resolve-pattern.ts";

interface GraphFlags extends JsonFlag {
  readonly format: GraphFormat;
}

export function createGraphCommand({ world, perform }: Invocation): Command {
  return createCommand("graph", "Draw a pattern: kinds, joins, hooks, nested scopes")
    .argument("<pattern>", "a registered name, name@range, or a file")
    .addOption(createFormatOption())
    .action((pattern: string, flags: GraphFlags) =>
      perform(flags, async (output) => {
        if (isFileName(pattern)) {
          const { plan } = acceptedOf(await world.loadDocument(pattern));
          return printGraph(output, plan, flags.format);
        }
        return withLink(world, async (link) => {
          const { plan } = await findPattern(await link.registry(), pattern);
          return printGraph(output, plan, flags.format);
        });
      }),
    );
}
