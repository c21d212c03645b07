import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";

export function createBridgeCommand({ world, perform }: Invocation): Command {
  return createCommand(
    "bridge",
    "Fire registered hooks for events of the AgentCore bus, here and now",
  )
    .argument("<events...>", "task.* and system.* events as JSON files, in order; - for stdin")
    .action((files: readonly string[], flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { bridgeEvents } = await import("../../hook/bridge-events.ts");
          return bridgeEvents(world, output, link, files);
        }),
      ),
    );
}
