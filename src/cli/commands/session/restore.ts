import { Option, type Command } from "commander";

import type { SessionRestore } from "../../../client/index.ts";
import { parseCount } from "../../count.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";

export function createRestoreCommand({ world, perform }: Invocation): Command {
  return createCommand("restore", "Bring back a session's checkpoint")
    .argument("<id>", "session id")
    .option("--checkpoint <number>", "which one; default: the last", parseCount)
    .option("--reason <text>", "why")
    .addOption(
      new Option(
        "--runs <how>",
        "runs that have not succeeded: take open ones back, also start ended ones again, or leave all",
      ).choices(["resume", "fork", "leave"]),
    )
    .action((id: string, flags: JsonFlag & SessionRestore) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const session = (await link.client()).session(id);
          const { checkpoint, reason, runs } = flags;
          await session.restore({
            ...(checkpoint === undefined ? {} : { checkpoint }),
            ...(reason === undefined ? {} : { reason }),
            ...(runs === undefined ? {} : { runs }),
          });
          output.result(
            {
              session: id,
              workflowId: session.workflowId,
              url: session.url,
              signal: "sessionRestore",
            },
            `asked session ${id} to restore\nsee ${session.url}`,
          );
          return 0;
        }),
      ),
    );
}
