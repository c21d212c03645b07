import type { Command } from "commander";

import { forkOptions } from "../../../client/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readInput } from "../../input.ts";

interface ForkFlags extends JsonFlag {
  readonly input?: string;
  readonly id?: string;
}

export function createForkCommand({ world, perform }: Invocation): Command {
  return createCommand("fork", "Start a new run like an earlier one: same pattern, version, input")
    .argument("<id>", "workflow id of the earlier run")
    .option("-i, --input <input>", "another input: JSON or YAML file, inline JSON, or - for stdin")
    .option("--id <id>", "workflow id of the new run; default: the name and a random id")
    .action((id: string, flags: ForkFlags) =>
      perform(flags, async (output) => {
        const other = flags.input === undefined ? undefined : await readInput(flags.input, world);
        return withLink(world, async (link) => {
          const client = await link.client();
          const source = client.run(id);
          const started = await source.started();
          const { version } = await source.progress();
          const run = await client.start(started.pattern, other ?? started.input, {
            ...forkOptions(started.options),
            version,
            ...(flags.id === undefined ? {} : { workflowId: flags.id }),
          });
          const told = { workflowId: run.workflowId, runId: run.runId, forkOf: id };
          output.result(told, `started ${run.workflowId}, a fork of ${id}\nsee ${run.url}`);
          return 0;
        });
      }),
    );
}
