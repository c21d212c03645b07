import { resolve } from "node:path";
import { Connection, type ConnectionOptions } from "@temporalio/client";
import { HeddleError, messageOf } from "../core/index.ts";
import type { Child } from "./child.ts";
import { startPostgres } from "./postgres.ts";
import { registerSearchAttributes } from "./search-attributes.ts";
import { claimFolder } from "./folder-claim.ts";
import { startTemporal } from "./temporal-server.ts";

export interface DevStackOptions {
  /** The folder that keeps everything between starts (`.heddle`). */
  readonly dataDir: string;
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** A Temporal server to use instead of the dev server, as `@temporalio/envconfig` describes it. */
  readonly temporal?: ConnectionOptions | undefined;
  readonly namespace?: string;
  readonly postgresPort?: number | undefined;
  readonly temporalPort?: number | undefined;
  readonly uiPort?: number | undefined;
  readonly cacheDir?: string | undefined;
  /** Brings the schema up to date, once the database answers. */
  readonly migrate: (databaseUrl: string) => Promise<void>;
  /** Lines for a person who is waiting. */
  readonly report: (line: string) => void;
  /** Called when a server that the stack started ends while it is still needed. */
  readonly onServerLost?: (error: HeddleError) => void;
  /** Aborting it stops a start that is under way, and what it has started so far. */
  readonly signal?: AbortSignal | undefined;
}

export interface DevStack {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Undefined when the Temporal server is not ours: then its Web UI is not known. */
  readonly uiUrl: string | undefined;
  /** Ends the servers that this stack started, in reverse order, and no others. */
  readonly stop: () => Promise<void>;
}

type Undo = () => Promise<void> | void;

/** Starts what Heddle needs on this machine: PostgreSQL and a Temporal server, each unless one is given. */
export async function startDevStack(options: DevStackOptions): Promise<DevStack> {
  const dataDir = resolve(options.dataDir);
  const undo: Undo[] = [];
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    await undoAll(undo);
  };
  const keep = (name: string, child: Child): void => {
    undo.push(child.stop);
    void child.exited.then((how) => {
      if (!isStopping) options.onServerLost?.(serverLost(name, how, child));
    });
  };
  try {
    undo.push(claimFolder(dataDir));
    // Both take about a second, and neither needs the other.
    const [database, temporal] = await allOrFirstError([
      startDatabase(options, dataDir, keep),
      startServer(options, dataDir, keep),
    ]);
    options.signal?.throwIfAborted();
    return { ...database, ...temporal, namespace: options.namespace ?? "default", stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(
  { databaseUrl, postgresPort, migrate, report, signal }: DevStackOptions,
  dataDir: string,
  keep: (name: string, child: Child) => void,
): Promise<{ databaseUrl: string }> {
  let url = databaseUrl;
  if (url === undefined) {
    const server = await startPostgres({ dataDir, port: postgresPort, report, signal });
    keep("PostgreSQL", server.child);
    url = server.url;
  }
  await migrate(url);
  return { databaseUrl: url };
}

async function startServer(
  options: DevStackOptions,
  dataDir: string,
  keep: (name: string, child: Child) => void,
): Promise<{ temporalAddress: string; uiUrl: string | undefined }> {
  const {
    temporal,
    namespace = "default",
    temporalPort,
    uiPort,
    cacheDir,
    report,
    signal,
  } = options;
  if (temporal !== undefined) {
    await prepareNamespace(temporal, namespace);
    return { temporalAddress: temporal.address ?? "localhost:7233", uiUrl: undefined };
  }
  const server = await startTemporal({
    dataDir,
    namespace,
    port: temporalPort,
    uiPort,
    cacheDir,
    report,
    signal,
  });
  keep("The Temporal server", server.child);
  await prepareNamespace({ address: server.address }, namespace);
  return { temporalAddress: server.address, uiUrl: server.uiUrl };
}

async function prepareNamespace(connectTo: ConnectionOptions, namespace: string): Promise<void> {
  const address = connectTo.address ?? "localhost:7233";
  let connection: Connection;
  try {
    connection = await Connection.connect({ connectTimeout: "10s", ...connectTo });
  } catch (cause) {
    throw new HeddleError(
      "TEMPORAL_UNREACHABLE",
      `The Temporal server at ${address} cannot be reached: ${messageOf(cause)}`,
      {
        hint: "Start that server, correct TEMPORAL_ADDRESS, or unset it to let Heddle start a dev server.",
        cause,
      },
    );
  }
  try {
    await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}

/** Waits for all even if one fails, so that everything that was started is known when it is undone. */
async function allOrFirstError<A, B>(tasks: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled(tasks);
  if (first.status === "rejected") throw first.reason;
  if (second.status === "rejected") throw second.reason;
  return [first.value, second.value];
}

async function undoAll(undo: Undo[]): Promise<void> {
  const problems: unknown[] = [];
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length > 0) throw problems[0];
}

function serverLost(name: string, how: string, child: Child): HeddleError {
  return new HeddleError(
    "SERVER_LOST",
    `${name} ended by itself (${how}). Its last words:\n${child.logTail()}`,
    {
      hint: "Start the stack again: what was recorded is kept.",
    },
  );
}
