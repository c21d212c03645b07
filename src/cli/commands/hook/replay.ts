import { Option, type Command } from "commander";

import { HeddleError } from "../../../core/index.ts";
import type { ReplayMode } from "../../../hooks/executors/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import {
  addExecutionOptions,
  executionFilter,
  type ExecutionFlags,
} from "../../hook/execution-filter.ts";
import { renderReplay, replayAll } from "../../hook/replay-executions.ts";
import { readInteger, readPairs } from "../../hook/values.ts";

interface ReplayFlags extends JsonFlag, ExecutionFlags {
  readonly mode: ReplayMode;
  readonly set?: readonly string[];
  readonly ignore?: readonly string[];
  readonly concurrency: string;
  readonly cwd?: string;
}

export function createReplayCommand({ world, perform }: Invocation): Command {
  const command = createCommand("replay", "Ask recorded hooks again and compare what they decide")
    .argument("[executions...]", "execution ids from hook history; or choose them by flags")
    .addOption(
      new Option("--mode <mode>", "as it was, with other values, or without running anything")
        .choices(["exact", "modified", "simulate"])
        .default("exact"),
    )
    .option("--set <pairs...>", "path=value in the event, for --mode modified")
    .option("--ignore <fields...>", "fields or paths that do not count")
    .option("--concurrency <number>", "so many at a time", "4")
    .option("--cwd <dir>", "where commands run; default: the current folder");
  return addExecutionOptions(command, "10").action((ids: readonly string[], flags: ReplayFlags) =>
    perform(flags, (output) =>
      withLink(world, async (link) => {
        const registry = await link.registry();
        if (flags.mode !== "modified" && flags.set !== undefined)
          output.note(`--set counts in --mode modified only: ${flags.mode} ignores it`);
        const chosen =
          ids.length > 0
            ? ids
            : (await registry.listHookExecutions(executionFilter(checked(flags), new Date()))).map(
                ({ executionId }) => executionId,
              );
        const replays = await replayAll(chosen, registry, await world.openHookHost(flags.cwd), {
          mode: flags.mode,
          set: readPairs("--set", flags.set ?? []),
          ignore: flags.ignore ?? [],
          concurrency: readInteger("--concurrency", flags.concurrency, 1),
        });
        for (const replay of replays) output.result(replay, renderReplay(replay));
        return replays.every((replay) => "identical" in replay && replay.identical) ? 0 : 1;
      }),
    ),
  );
}

/** Everything there is, asked again by mistake, is a lot of side effects. */
function checked(flags: ReplayFlags): ReplayFlags {
  if (flags.hook ?? flags.run ?? flags.correlation ?? flags.session) return flags;
  throw new HeddleError("USAGE", "Which executions should be replayed?", {
    hint: "Name execution ids, or choose with --hook, --run, --session or --correlation.",
  });
}
