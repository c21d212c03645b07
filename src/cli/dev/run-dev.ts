import type { Config } from "../../config.ts";
import { HeddleError } from "../../core/index.ts";
import { createPostgresRegistry } from "../../registry/index.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { exitCodeOfRun } from "../run/follow.ts";
import { showDemo } from "./demo.ts";
import type { DevFlags } from "./dev-flags.ts";
import { createUndo, type Undo } from "../undo.ts";
import { listExamples, registerExamples } from "./examples.ts";
import { publish, startOwnStack } from "./own-stack.ts";
import { listenForStop, type StopSignals } from "./stop-signals.ts";
import { startWorkers } from "./workers.ts";

export interface DevOptions {
  readonly config: Config;
  readonly output: Output;
  readonly flags: DevFlags;
  readonly host: Pick<NodeJS.Process, "on" | "off" | "exit" | "env">;
}

/** `heddle dev`: opens servers, workers and connections in this order, and closes them in reverse. */
export async function runDev(options: DevOptions): Promise<ExitCode> {
  const { output, host } = options;
  const stopping = listenForStop(host, (name) => {
    output.note(`${name}: stopping (once more to stop at once)`);
  });
  const undo = createUndo();
  undo.add(stopping.close);
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    lose = reject;
  });
  // Where nobody waits for it, a lost server shows as the failure of whatever needed it.
  lost.catch(() => undefined);
  try {
    return await Promise.race([serve(options, stopping, undo, lose), lost]);
  } finally {
    await undo.all();
  }
}

async function serve(
  { config, output, flags, host }: DevOptions,
  stopping: StopSignals,
  undo: Undo,
  onServerLost: (error: Error) => void,
): Promise<ExitCode> {
  const note = (text: string): void => {
    output.note(text);
  };
  const { signal } = stopping;
  const stack = await startOwnStack({ config, report: note, signal, onServerLost });
  const { target } = stack;
  undo.add(stack.stop);
  const workers = await startWorkers({
    config,
    target,
    env: host.env,
    logLevel: quietLevel(config),
    note,
  });
  undo.add(workers.stop);
  workers.done.catch(onServerLost);
  const registry = createPostgresRegistry({
    databaseUrl: target.databaseUrl,
    tenant: target.namespace,
  });
  undo.add(() => registry.close());
  if (flags.once !== true) undo.add(await publish(config, target));
  const files = flags.examples === true || flags.demo === true ? await listExamples() : [];
  const examples = await registerExamples(files, registry, note);
  if (flags.demo === true) {
    const demo = showDemo({ target, registry, examples, output, isLast: flags.once === true });
    const report = await Promise.race([demo, stopping.requested.then(interrupted)]);
    if (flags.once === true) return exitCodeOfRun(report);
  }
  if (flags.once === true) return 0;
  await workers.pollRegistered();
  const { webUrl, connectTo } = target;
  note(`Heddle is up: Web UI ${webUrl}, Temporal ${connectTo.address}. Ctrl-C stops it.`);
  await stopping.requested;
  return 0;
}

/** A person at a terminal wants to know of trouble; the SDK's daily news are there for who asks for more. */
function quietLevel({ logLevel }: Config): string {
  return logLevel === "info" ? "warn" : logLevel;
}

function interrupted(name: string): never {
  throw new HeddleError("INTERRUPTED", `Stopped by ${name} before the demo was done.`, {
    hint: "Its run goes on at the next start.",
  });
}
