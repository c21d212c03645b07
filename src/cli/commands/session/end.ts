import { Option, type Command } from "commander";

import type { SessionEnd } from "../../../client/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";

export function createEndCommand({ world, perform }: Invocation): Command {
  return createCommand("end", "End a session")
    .argument("<id>", "session id")
    .option("--reason <text>", "why")
    .addOption(
      new Option("--on-end <what>", "what happens to its runs").choices([
        "wait",
        "cancel",
        "leave",
      ]),
    )
    .action((id: string, flags: JsonFlag & SessionEnd) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const session = (await link.client()).session(id);
          const { reason, onEnd } = flags;
          await session.end({
            ...(reason === undefined ? {} : { reason }),
            ...(onEnd === undefined ? {} : { onEnd }),
          });
          output.result(
            { session: id, workflowId: session.workflowId, url: session.url, signal: "sessionEnd" },
            `asked session ${id} to end\nsee ${session.url}`,
          );
          return 0;
        }),
      ),
    );
}
