import { Option, type Command } from "commander";

import type { Plan } from "../../../patterns/plan.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { acceptedOf } from "../../documents.ts";
import type { ExitCode } from "../../exit-code.ts";
import type { Output } from "../../output.ts";
import { findPattern } from "../../pattern/describe-pattern.ts";
import { graphOf, renderDot, renderMermaid } from "../../pattern/graph.ts";
import { isFileName } from "../../run/resolve-pattern.ts";

interface GraphFlags extends JsonFlag {
  readonly format: "mermaid" | "dot";
}

export function createGraphCommand({ world, perform }: Invocation): Command {
  return createCommand("graph", "Draw a pattern's steps as Mermaid or Graphviz text")
    .argument("<pattern>", "a registered name, name@range, or a file")
    .addOption(
      new Option("--format <format>", "text to print")
        .choices(["mermaid", "dot"])
        .default("mermaid"),
    )
    .action((pattern: string, flags: GraphFlags) =>
      perform(flags, async (output) => {
        if (isFileName(pattern)) {
          return print(output, acceptedOf(await world.loadDocument(pattern)).plan, flags);
        }
        return withLink(world, async (link) =>
          print(output, (await findPattern(await link.registry(), pattern)).plan, flags),
        );
      }),
    );
}

function print(output: Output, plan: Plan, { format }: GraphFlags): ExitCode {
  const graph = graphOf(plan);
  output.result(graph, format === "dot" ? renderDot(graph) : renderMermaid(graph));
  return 0;
}
