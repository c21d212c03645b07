import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { createFormatOption, printGraph, type GraphFormat } from "../../graph-format.ts";
import { findPattern } from "../../pattern/describe-pattern.ts";
import { reportRun } from "../../run/follow.ts";

interface GraphFlags extends JsonFlag {
  readonly format: GraphFormat;
}

export function createRunGraphCommand({ world, perform }: Invocation): Command {
  return createCommand("graph", "Draw a run: its pattern with states, times, retries, decisions")
    .argument("<id>", "workflow id")
    .addOption(createFormatOption())
    .action((id: string, flags: GraphFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          const run = (await link.client()).run(id);
          const { pattern, version } = await run.progress();
          const { plan } = await findPattern(registry, `${pattern}@${version}`);
          const { steps, hooks } = await reportRun(run, output);
          return printGraph(output, plan, flags.format, {
            steps: steps.map(({ startedAt, finishedAt, ...step }) => ({
              ...step,
              ...(startedAt === null ? {} : { startedAt }),
              ...(finishedAt === null ? {} : { finishedAt }),
            })),
            hooks: hooks.map(({ step, ...hook }) => (step === null ? hook : { ...hook, step })),
          });
        }),
      ),
    );
}
