import type { Config } from "../../config.ts";
import { startDevStack, type DevStack } from "../../devstack/index.ts";
import { migrate } from "../../registry/index.ts";
import { removeStackFile, writeStackFile } from "../stack-file.ts";
import type { Target } from "../target.ts";

export interface OwnStackOptions {
  readonly config: Config;
  readonly report: (line: string) => void;
  readonly onServerLost: (error: Error) => void;
  readonly signal?: AbortSignal;
}

export interface OwnStack {
  readonly target: Target;
  readonly stop: () => Promise<void>;
}

/** Starts PostgreSQL and Temporal unless the settings name others, and says where they are. */
export async function startOwnStack(options: OwnStackOptions): Promise<OwnStack> {
  const { config, report, signal, onServerLost } = options;
  const stack = await startDevStack({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    temporal: config.temporal.connection,
    namespace: config.temporal.namespace,
    postgresPort: config.ports.postgres,
    temporalPort: config.ports.temporal,
    uiPort: config.ports.ui,
    cacheDir: config.cacheDir,
    migrate: async (databaseUrl) => {
      const applied = await migrate(databaseUrl);
      if (applied.length > 0) report(`applied ${applied.length} migrations`);
    },
    report,
    onServerLost,
    signal,
  });
  return { target: toTarget(config, stack), stop: stack.stop };
}

/** Tells other commands on this machine about the stack, once it can serve them; returns how to take it back. */
export async function publish(config: Config, target: Target): Promise<() => Promise<void>> {
  await writeStackFile(config.dataDir, {
    pid: process.pid,
    temporalAddress: target.connectTo.address,
    namespace: target.namespace,
    databaseUrl: target.databaseUrl,
    taskQueue: target.taskQueue,
    webUrl: target.webUrl,
  });
  return () => removeStackFile(config.dataDir);
}

function toTarget(config: Config, stack: DevStack): Target {
  return {
    connectTo: config.temporal.connection ?? { address: stack.temporalAddress },
    namespace: stack.namespace,
    taskQueue: config.taskQueue,
    databaseUrl: stack.databaseUrl,
    webUrl: stack.uiUrl ?? config.webUrl ?? "http://localhost:8233",
  };
}
