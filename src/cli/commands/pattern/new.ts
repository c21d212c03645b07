import { Option, type Command } from "commander";

import { PATTERN_TYPES } from "../../../patterns/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import type { NewPattern } from "../../pattern/new-pattern.ts";

interface Flags extends JsonFlag {
  readonly type: string;
  readonly dir?: string;
}

/** `custom` says that a pattern is of no kind, so there is nothing to write. */
const TYPES = PATTERN_TYPES.filter((type) => type !== "custom");

export function createNewCommand({ world, perform }: Invocation): Command {
  return createCommand("new", "Write a working pattern of a kind, to be changed into your own")
    .argument("<name>", "the pattern's name")
    .addOption(
      new Option("--type <type>", "how its agents work together")
        .choices(TYPES)
        .makeOptionMandatory(),
    )
    .option("--dir <dir>", "folder to write into; default: one of the pattern's name")
    .action((name: string, flags: Flags) =>
      perform(flags, async (output) => {
        const { type, dir } = flags;
        const { writeNewPattern } = await import("../../pattern/new-pattern.ts");
        const written = await writeNewPattern({
          ...{ name, type, cwd: world.cwd },
          ...(dir === undefined ? {} : { dir }),
        });
        output.result({ name, type, ...written }, describe(type, written));
        return 0;
      }),
    );
}

function describe(type: string, { dir, files }: NewPattern): string {
  const enter = dir === "." ? "" : `cd ${dir} && `;
  // What a breaker remembers outlives its runs, in their session.
  const session = type === "circuit_breaker" ? " --session demo" : "";
  return [
    ...files.map((file) => `wrote  ${dir}/${file}`),
    "",
    `Try it:   ${enter}heddle run start pattern.yaml --input input.json --wait${session}`,
    `Test it:  ${enter}node --test`,
    "README.md says what to change.",
  ].join("\n");
}
