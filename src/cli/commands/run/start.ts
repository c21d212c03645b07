import { resolve } from "node:path";

import { InvalidArgumentError, type Command } from "commander";

import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";
import { startRun, type StartFlags } from "../../run/start-run.ts";

export function createStartCommand({ world, perform }: Invocation): Command {
  return createCommand("start", "Start a run of a pattern, by name or straight from a file")
    .argument("<pattern>", "a registered name, or a .yaml, .json, .ts or .js file")
    .option("-i, --input <input>", "JSON or YAML file, inline JSON, or - for stdin")
    .option("-w, --wait", "wait for the end and report the whole run")
    .option("-f, --follow", "like --wait: show the steps as they happen")
    .option("--version <range>", "version or semver range; default: the newest active one")
    .option("--session <id>", "run inside this session")
    .option("--workspace <dir>", "working directory of commands")
    .option("--label <label>", "label to find the run by (repeatable)", collect)
    .option("--flag <name[=on|off]>", "feature to switch for this run (repeatable)", collectFlag)
    .option("--id <id>", "workflow id; default: the name and a random id")
    .option("--dev", "start a dev stack for this command if none is running")
    .action((pattern: string, flags: StartFlags & JsonFlag) =>
      perform(flags, (output) => {
        const { workspace } = flags;
        const settled =
          workspace === undefined ? flags : { ...flags, workspace: resolve(world.cwd, workspace) };
        return startRun(world, output, pattern, settled);
      }),
    );
}

/** As runs take them: the name, with a `!` before it to switch it off. */
function collectFlag(given: string, before: readonly string[] = []): readonly string[] {
  const [, name, state = "on"] = /^([^=!][^=]*)(?:=(on|off))?$/.exec(given) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError("Write a feature's name, NAME=on or NAME=off.");
  return [...before, state === "on" ? name : `!${name}`];
}

function collect(label: string, before: readonly string[] = []): readonly string[] {
  return [...before, label];
}
