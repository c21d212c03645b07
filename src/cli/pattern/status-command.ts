import type { Command } from "commander";

import { HeddleError } from "../../core/index.ts";
import type { PatternStatus } from "../../registry/index.ts";
import { createCommand } from "../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../context.ts";
import { headOf, splitReference } from "./describe-pattern.ts";

/** The commands that move a version to another status differ in nothing but the status. */
export function createStatusCommand(
  { world, perform }: Invocation,
  spec: { readonly name: string; readonly description: string; readonly status: PatternStatus },
): Command {
  return createCommand(spec.name, spec.description)
    .argument("<pattern>", "name@version")
    .action((reference: string, flags: JsonFlag) =>
      perform(flags, (output) => {
        const { name, range } = splitReference(reference);
        if (range === undefined) throw needsVersion(reference, spec.name);
        return withLink(world, async (link) => {
          const registry = await link.registry();
          const pattern = await registry.setPatternStatus(name, range, spec.status);
          output.result(headOf(pattern), `${pattern.name} ${pattern.version} is ${pattern.status}`);
          return 0;
        });
      }),
    );
}

function needsVersion(reference: string, command: string): HeddleError {
  return new HeddleError("USAGE", `A version is missing in "${reference}".`, {
    hint: `Say which one, for example: heddle pattern ${command} ${reference}@1.0.0`,
  });
}
