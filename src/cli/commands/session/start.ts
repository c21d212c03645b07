import type { Command } from "commander";

import { HeddleError, isJsonObject, type JsonValue } from "../../../core/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readInput } from "../../input.ts";

export function createStartCommand({ world, perform }: Invocation): Command {
  return createCommand("start", "Start a session, or tell a running one that it starts again")
    .argument("<id>", "session id")
    .option("--state <input>", "shared state: JSON or YAML file, inline JSON, or - for stdin")
    .action((id: string, flags: JsonFlag & { readonly state?: string }) =>
      perform(flags, async (output) => {
        const state = await readInput(flags.state, world);
        if (!isJsonObject(state)) throw notAnObject(state);
        return withLink(world, async (link) => {
          const session = (await link.client()).session(id);
          await session.start({ state });
          output.result(
            {
              session: id,
              workflowId: session.workflowId,
              url: session.url,
              signal: "sessionStart",
            },
            `session ${id} started\nsee ${session.url}`,
          );
          return 0;
        });
      }),
    );
}

function notAnObject(state: JsonValue): HeddleError {
  const shown = JSON.stringify(state).slice(0, 80);
  return new HeddleError("INPUT_INVALID", `Expected the state to be an object, got ${shown}`, {
    hint: "Give an object, for example: --state '{\"budget\": 10}'",
  });
}
