import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { renderSession } from "../../session-text.ts";

export function createShowCommand({ world, perform }: Invocation): Command {
  return createCommand("show", "Show a session: state, checkpoints, runs")
    .argument("<id>", "session id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const session = (await link.client()).session(id);
          const report = await session.show();
          output.result({ ...report, url: session.url }, renderSession(report, session.url));
          return 0;
        }),
      ),
    );
}
