import type { HeddleClient } from "../client/index.ts";
import type { Redactor } from "../core/index.ts";
import type { HandlerContext } from "../hooks/executors/index.ts";
import type { Origin } from "../hooks/index.ts";
import type { Registry } from "../registry/index.ts";
import type { DevFlags } from "./dev/dev-flags.ts";
import type { Probe } from "./doctor/check.ts";
import type { LoadedDocument } from "./documents.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import type { HookHome } from "./hook/merged-hooks.ts";
import type { RelayRequest } from "./hook/relay-event.ts";
import type { TestRequest } from "./hook/test-hooks.ts";
import type { Output } from "./output.ts";
import { reportError } from "./report-error.ts";

/** Everything a command needs of the world. Commands see this and nothing else, so tests can hand them another world. */
export interface World {
  readonly cwd: string;
  readonly openOutput: (json: boolean) => Output;
  readonly readStdin: () => Promise<string>;
  /** With `functions`, the modules whose functions are all there are, calls of others are refused. */
  readonly loadDocument: (file: string, functions?: readonly string[]) => Promise<LoadedDocument>;
  /** Connections to the server and the database, each opened when it is first asked for. */
  readonly openLink: (options?: LinkOptions) => Link;
  /** What `doctor` asks, with the connections it asks over. */
  readonly openProbes: () => Promise<{
    readonly probes: readonly Probe[];
    readonly close: () => Promise<void>;
  }>;
  /** Brings the schema up to date; returns what was applied. */
  readonly migrate: () => Promise<readonly string[]>;
  /** Fires events at hook configurations, with this process's environment. */
  readonly testHooks: (output: Output, request: TestRequest) => Promise<ExitCode>;
  /** What a worker would give a hook whose commands run in a folder (default: here), given by this process. */
  readonly openHookHost: (cwd?: string) => Promise<HandlerContext>;
  /** Where the user's and the organisation's hook files are. */
  readonly hookHome: HookHome;
  /** Takes this environment's secrets out of what is printed and recorded. */
  readonly redactor: Redactor;
  /** Where this process comes from, when a hook's command started it: runs that it starts carry it on. */
  readonly origin?: Origin;
  /** Answers an agent program's hook call from stdin. */
  readonly relayEvent: (output: Output, request: RelayRequest) => Promise<ExitCode>;
  readonly runDev: (output: Output, flags: DevFlags) => Promise<ExitCode>;
  readonly runWorker: (output: Output, queues: readonly string[]) => Promise<ExitCode>;
}

export interface LinkOptions {
  /** Start a stack of our own for the duration of the command when none is running. */
  readonly dev?: boolean;
  readonly note?: (text: string) => void;
}

export interface Link {
  client(): Promise<HeddleClient>;
  registry(): Promise<Registry>;
  /** How many workers poll the task queue where runs start. */
  countWorkers(): Promise<number>;
  /** Makes sure that somebody polls the queues a plan names; only a stack of our own can. */
  serve(): Promise<void>;
  close(): Promise<void>;
}

/** One invocation of the program: collects the exit code. */
export interface Invocation {
  readonly world: World;
  /** Runs a command's work: prints what it throws, keeps the exit code. */
  readonly perform: (
    options: JsonFlag,
    work: (output: Output) => Promise<ExitCode>,
  ) => Promise<void>;
  readonly exitCode: () => ExitCode;
}

export interface JsonFlag {
  readonly json?: boolean;
}

export function createInvocation(world: World): Invocation {
  let exitCode: ExitCode = 0;
  return {
    world,
    exitCode: () => exitCode,
    async perform(options, work) {
      const output = world.openOutput(options.json === true);
      try {
        exitCode = await work(output);
      } catch (thrown) {
        reportError(output, thrown);
        exitCode = exitCodeOf(thrown);
      } finally {
        output.draw("");
      }
    },
  };
}

/** Opens the connections for one piece of work and closes them whatever happens. */
export async function withLink(
  world: World,
  work: (link: Link) => Promise<ExitCode>,
  options?: LinkOptions,
): Promise<ExitCode> {
  const link = world.openLink(options);
  try {
    return await work(link);
  } finally {
    await link.close();
  }
}
