import { Command, CommanderError } from "commander";

import { HeddleError } from "../core/index.ts";
import { addCommands } from "./commands/index.ts";
import { createInvocation, type Invocation, type World } from "./context.ts";
import type { ExitCode } from "./exit-code.ts";
import { reportError } from "./report-error.ts";
import { readVersion } from "./version.ts";

/** Runs one command line (without the program's own name) and says how the process should exit. */
export async function runCli(argv: readonly string[], world: World): Promise<ExitCode> {
  const invocation = createInvocation(world);
  const output = world.openOutput(argv.includes("--json"));
  const program = createProgram(invocation, (text) => {
    world.openOutput(false).result(undefined, text.replace(/\n$/, ""));
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return invocation.exitCode();
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0; // help or version, which was asked for and is printed
    reportError(output, misuse(thrown));
    return 2;
  }
}

/** The program with all commands; it neither exits nor writes by itself. */
export function createProgram(invocation: Invocation, writeOut: (text: string) => void): Command {
  const program = new Command("heddle")
    .description("Durable orchestration patterns with steering hooks, on Temporal.")
    .version(readVersion(), "-V, --version", "print the version")
    // Options belong to the command they follow: `run start x --version 2` is not `heddle --version`.
    .enablePositionalOptions()
    .helpCommand("help [command]", "Show the help of a command")
    .configureOutput({
      writeOut,
      // Misuse is reported in one place, so that --json holds for it too; commander's own line would be a second one.
      writeErr: () => undefined,
    });
  addCommands(program, invocation);
  overrideExit(program);
  return program;
}

/** Commander copies settings to subcommands only when they are made by `.command()`: ours are added ready-made. */
function overrideExit(command: Command): void {
  command.exitOverride();
  for (const sub of command.commands) {
    sub.copyInheritedSettings(command);
    overrideExit(sub);
  }
}

function misuse(error: CommanderError): HeddleError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = rest
    .join(" ")
    .trim()
    .replace(/^\(|\)$/g, "");
  const message = error.code === "commander.help" ? "A command is missing" : first;
  return new HeddleError("USAGE", message, {
    hint: suggestion === "" ? "See `heddle help` or add --help to the command." : suggestion,
  });
}
