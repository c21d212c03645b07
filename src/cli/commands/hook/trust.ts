import { resolve } from "node:path";
import type { Command } from "commander";

import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { describeWorkspace, readWorkspace, renderWorkspace } from "../../hook/merged-hooks.ts";
import { readFolder } from "../../hook/values.ts";

export function createTrustCommand({ world, perform }: Invocation): Command {
  return createCommand("trust", "Let a folder's hook files run, as they and their scripts are now")
    .argument("[dir]", "the folder of a checkout", ".")
    .action((dir: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          const folder = await readFolder(resolve(world.cwd, dir));
          const { loaded } = await readWorkspace(folder, world.hookHome, registry);
          await registry.trustFolder(folder, loaded.fingerprint);
          const workspace = { folder, loaded, trust: "trusted" as const };
          output.result(describeWorkspace(workspace), renderWorkspace(workspace));
          return 0;
        }),
      ),
    );
}

export function createUntrustCommand({ world, perform }: Invocation): Command {
  return createCommand("untrust", "Hold a folder's hook files back from now on")
    .argument("[dir]", "the folder of a checkout", ".")
    .action((dir: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          // A folder that is gone can be untrusted as well.
          const path = resolve(world.cwd, dir);
          const folder = await readFolder(path).catch(() => path);
          const untrusted = await (await link.registry()).untrustFolder(folder);
          const text = untrusted
            ? `${folder} is not trusted any more`
            : `${folder} was not trusted`;
          output.result({ folder, untrusted }, text);
          return untrusted ? 0 : 1;
        }),
      ),
    );
}
