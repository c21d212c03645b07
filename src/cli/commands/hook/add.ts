import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";

import { HeddleError, messageOf } from "../../../core/index.ts";
import type { Hook } from "../../../hooks/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { headOf } from "../../hook/describe-hook.ts";
import { readHookFile, readHookFlags, type HookFlags } from "../../hook/read-registrations.ts";

export function createAddCommand({ world, perform }: Invocation): Command {
  return createCommand("add", "Register hooks for every pattern, from files or from flags")
    .argument("[files...]", "registrations as in a pattern's hooks, YAML or JSON")
    .option("--name <name>", "the hook's name, unique in the registry")
    .option("--on <points...>", "points, or aliases of them")
    .option("--command <words...>", "one word: a shell command; several: program and arguments")
    .option("--url <url>", "an HTTP handler")
    .option("--function <name>", "a registered function")
    .option("--match <pairs...>", "key=value, e.g. kind=run step=deploy-*")
    .option("--if <expression>", "a condition")
    .option("--priority <priority>", "a number, low first, or highest, high, normal, low, lowest")
    .option("--mode <mode>", "sync, async or fire_and_forget")
    .option("--timeout <duration>", "e.g. 30s")
    .option("--on-error <what>", "open, closed or stop")
    .option("--tag <tags...>", "tags to find it by")
    .action((files: readonly string[], flags: HookFlags & JsonFlag) =>
      perform(flags, async (output) => {
        // All of it is read before anything is registered: a mistake in the last file leaves nothing half done.
        const groups =
          files.length === 0 ? readHookFlags(flags) : await readFiles(files, world.cwd);
        return withLink(world, async (link) => {
          const registry = await link.registry();
          for (const hooks of groups) {
            await registry.addHooks(hooks);
            for (const hook of hooks)
              output.result(headOf(hook), `${hook.name} is registered at ${hook.on}`);
          }
          return 0;
        });
      }),
    );
}

async function readFiles(
  files: readonly string[],
  cwd: string,
): Promise<readonly (readonly Hook[])[]> {
  const groups: (readonly Hook[])[] = [];
  for (const file of files) {
    const text = await readFile(resolve(cwd, file), "utf8").catch((error: unknown) => {
      throw new HeddleError("FILE_UNREADABLE", `Cannot read ${file}: ${messageOf(error)}`, {
        hint: "Give a file with hook registrations, or use the flags: heddle hook add --help",
        cause: error,
      });
    });
    groups.push(...readHookFile(text, file));
  }
  return groups;
}
