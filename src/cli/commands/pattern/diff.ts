import type { Command } from "commander";

import { HeddleError, isJsonObject, type JsonObject } from "../../../core/index.ts";
import { diffPatterns, toComparable } from "../../../patterns/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag, type Link, type World } from "../../context.ts";
import { acceptedOf } from "../../documents.ts";
import { findPattern } from "../../pattern/describe-pattern.ts";
import { renderDiff } from "../../pattern/diff-text.ts";
import { isFileName } from "../../run/resolve-pattern.ts";

export function createDiffCommand({ world, perform }: Invocation): Command {
  return createCommand("diff", "Show what changed from one pattern to another")
    .argument("<before>", "a file, a registered name, or name@range")
    .argument("<after>", "a file, a registered name, or name@range")
    .action((before: string, after: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const from = toComparable(await definitionOf(world, link, before));
          const to = toComparable(await definitionOf(world, link, after));
          const diff = diffPatterns(from, to);
          const head = { from: headOf(before, from), to: headOf(after, to) };
          output.result({ ...head, ...diff }, renderDiff(diff));
          return 0;
        }),
      ),
    );
}

/** Two files need neither server nor database: the link opens the registry when a name asks for it. */
async function definitionOf(world: World, link: Link, given: string): Promise<JsonObject> {
  if (isFileName(given)) return acceptedOf(await world.loadDocument(given)).definition;
  const { definition } = await findPattern(await link.registry(), given);
  if (isJsonObject(definition)) return definition;
  throw new HeddleError("PATTERN_REFUSED", `The stored definition of "${given}" is no mapping.`, {
    hint: "Register it again from its file.",
  });
}

function headOf(
  given: string,
  { definition, digest }: { readonly definition: JsonObject; readonly digest: string },
): object {
  return { given, name: definition["name"], version: definition["version"], digest };
}
