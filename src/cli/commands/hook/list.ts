import { resolve } from "node:path";
import type { Command } from "commander";

import type { HookFilter } from "../../../registry/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { headOf, renderHooks } from "../../hook/describe-hook.ts";
import {
  describeWorkspace,
  mergeHooks,
  readWorkspace,
  renderMerged,
  renderWorkspace,
} from "../../hook/merged-hooks.ts";
import { canonicalPoint } from "../../hook/read-registrations.ts";
import { readFolder, readInteger } from "../../hook/values.ts";
import { findPattern } from "../../pattern/describe-pattern.ts";

interface ListFlags extends JsonFlag {
  readonly pattern?: string;
  readonly workspace?: string;
  readonly point?: string;
  readonly priority?: string;
  readonly tag?: string;
  readonly source?: string;
  readonly handler?: string;
  readonly enabled?: boolean;
  readonly disabled?: boolean;
}

export function createListCommand({ world, perform }: Invocation): Command {
  return createCommand("list", "List registered hooks, or all that fire in a pattern or a folder")
    .option("--pattern <pattern>", "what a run of this pattern fires, from all sources, in order")
    .option("--workspace <dir>", "with the hook files that concern this folder, and their trust")
    .option("--point <point>", "only hooks at this point, or at what this alias stands for")
    .option("--priority <number>", "only hooks of this priority")
    .option("--tag <tag>", "only hooks whose metadata has this tag")
    .option("--source <source>", "only hooks registered there")
    .option("--handler <kind>", "only hooks with such a handler: command, http, function ...")
    .option("--enabled", "only enabled hooks")
    .option("--disabled", "only disabled hooks")
    .action((flags: ListFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          const filter = filterOf(flags);
          const folder =
            flags.workspace === undefined
              ? undefined
              : await readFolder(resolve(world.cwd, flags.workspace));
          const workspace =
            folder === undefined
              ? undefined
              : await readWorkspace(folder, world.hookHome, registry);
          if (flags.pattern !== undefined) {
            const { plan } = await findPattern(registry, flags.pattern);
            const registered = await registry.listHooks({ ...filter, enabled: true });
            const { rows, problems } = mergeHooks(plan, registered, workspace);
            for (const problem of problems) output.note(`warning: ${problem}`);
            output.result(rows, renderMerged(rows));
          } else if (workspace !== undefined) {
            output.result(describeWorkspace(workspace), renderWorkspace(workspace));
          } else {
            const hooks = await registry.listHooks(filter);
            output.result(hooks.map(headOf), renderHooks(hooks));
          }
          return 0;
        }),
      ),
    );
}

function filterOf({ point, priority, tag, source, handler, ...flags }: ListFlags): HookFilter {
  return {
    ...(point === undefined ? {} : { on: canonicalPoint(point) }),
    ...(priority === undefined ? {} : { priority: readInteger("--priority", priority) }),
    ...(tag === undefined ? {} : { tag }),
    ...(source === undefined ? {} : { source }),
    ...(handler === undefined ? {} : { handler }),
    ...(flags.enabled === true ? { enabled: true } : {}),
    ...(flags.disabled === true ? { enabled: false } : {}),
  };
}
