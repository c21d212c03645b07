import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readInput } from "../../input.ts";

export function createSignalCommand({ world, perform }: Invocation): Command {
  return createCommand("signal", "Send a signal to a run: event, pause, resume, inject, ...")
    .argument("<id>", "workflow id")
    .argument("<signal>", "the signal's name")
    .option("-i, --input <input>", "its argument: JSON or YAML file, inline JSON, or - for stdin")
    .action((id: string, signal: string, flags: JsonFlag & { readonly input?: string }) =>
      perform(flags, async (output) => {
        const argument =
          flags.input === undefined ? undefined : await readInput(flags.input, world);
        return withLink(world, async (link) => {
          await (await link.client()).run(id).signal(signal, argument);
          output.result({ workflowId: id, signal, sent: true }, `sent ${signal} to ${id}`);
          return 0;
        });
      }),
    );
}
