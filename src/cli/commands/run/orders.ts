import type { Command } from "commander";

import type { RunHandle } from "../../../client/index.ts";
import type { JsonValue } from "../../../core/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readInput } from "../../input.ts";

interface OrderFlags extends JsonFlag {
  readonly reason?: string;
  readonly by?: string;
  readonly output?: string;
}

type Answer = Awaited<ReturnType<RunHandle["skipStep"]>>;

export function createSkipCommand({ world, perform }: Invocation): Command {
  return createOrderCommand(
    "skip",
    "Skip a step of a running run; what needs it decides accordingly",
  ).action((id: string, step: string, flags: OrderFlags) =>
    perform(flags, (output) =>
      withLink(world, async (link) => {
        const run = (await link.client()).run(id);
        const answer = await run.skipStep({ step, ...who(flags) });
        output.result({ workflowId: id, ...answer }, describe(answer));
        return 0;
      }),
    ),
  );
}

export function createCompleteCommand({ world, perform }: Invocation): Command {
  return createOrderCommand(
    "complete",
    "Give a step of a running run its output; its work is cancelled",
  )
    .option(
      "-o, --output <output>",
      "JSON or YAML file, inline JSON, or - for stdin; default: null",
    )
    .action((id: string, step: string, flags: OrderFlags) =>
      perform(flags, async (output) => {
        const given: JsonValue =
          flags.output === undefined ? null : await readInput(flags.output, world);
        return withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          const answer = await run.completeStep({ step, output: given, ...who(flags) });
          output.result({ workflowId: id, ...answer }, describe(answer));
          return 0;
        });
      }),
    );
}

export function createPauseCommand(invocation: Invocation): Command {
  return createSwitch(invocation, "pause", "Let no new work of a run begin; what runs goes on");
}

export function createResumeCommand(invocation: Invocation): Command {
  return createSwitch(invocation, "resume", "Let a paused run go on");
}

function createSwitch(
  { world, perform }: Invocation,
  name: "pause" | "resume",
  description: string,
): Command {
  return createCommand(name, description)
    .argument("<id>", "workflow id")
    .action((id: string, flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          await (await link.client()).run(id).signal(name);
          output.result({ workflowId: id, signal: name, sent: true }, `${name}d ${id}`);
          return 0;
        }),
      ),
    );
}

function createOrderCommand(name: string, description: string): Command {
  return createCommand(name, description)
    .argument("<id>", "workflow id")
    .argument("<step>", "the step, or one instance of it: build, build[3]")
    .option("--reason <text>", "why; the run's report keeps it")
    .option("--by <name>", "who decides");
}

export function who({ by, reason }: OrderFlags): { by?: string; reason?: string } {
  return {
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
  };
}

export function describe({ step, was, now }: Answer): string {
  return was === now ? `${step}: ${now}, its work is being cancelled` : `${step}: ${was} -> ${now}`;
}
