import type { Config } from "../../config.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { databaseOf, serverOf, type PartialTarget } from "../target.ts";
import { listenForStop } from "./stop-signals.ts";
import { startWorkers } from "./workers.ts";

export interface WorkerCommandOptions {
  readonly config: Config;
  readonly target: PartialTarget;
  readonly queues: readonly string[];
  readonly output: Output;
  readonly host: Pick<NodeJS.Process, "on" | "off" | "exit" | "env">;
}

/** `heddle worker`: serves runs until it is told to stop, and lets what runs finish for a while. */
export async function runWorker(options: WorkerCommandOptions): Promise<ExitCode> {
  const { config, target, queues, output, host } = options;
  const note = (text: string): void => {
    output.note(text);
  };
  const stopping = listenForStop(host, (name) => {
    note(`${name}: finishing what runs (once more to stop at once)`);
  });
  try {
    const workers = await startWorkers({
      config,
      target: { ...target, connectTo: serverOf(target), databaseUrl: databaseOf(target) },
      env: host.env,
      taskQueues: queues,
      logLevel: config.logLevel,
      note,
    });
    try {
      await Promise.race([stopping.requested, workers.done]);
      return 0;
    } finally {
      await workers.stop();
    }
  } finally {
    stopping.close();
  }
}
