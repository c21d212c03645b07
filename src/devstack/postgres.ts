import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { HeddleError } from "../core/index.ts";
import { type Child, startChild, stopOrphan } from "./child.ts";
import { choosePort } from "./ports.ts";
import { choosePostgresAccount, type PostgresAccount } from "./postgres-account.ts";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import {
  clearStalePidFile,
  dataFolderHint,
  POSTGRES_USER,
  prepareDataFolder,
} from "./postgres-data.ts";
import { waitUntil } from "./wait-until.ts";

export interface PostgresOptions {
  /** Where the stack keeps everything; the cluster is in its folder `postgres`. */
  readonly dataDir: string;
  readonly port?: number | undefined;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** For tests: no fsync, more connections. */
  readonly isDisposable?: boolean;
}

export interface PostgresServer {
  readonly url: string;
  readonly child: Child;
}

const DATABASE = "heddle";
const PREFERRED_PORT = 54_329;
const READY_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;
/** A fast shutdown: ends connections, keeps data. SIGTERM would wait for every client to leave. */
const STOP_SIGNAL = "SIGINT";

/** Starts the embedded PostgreSQL on a data folder that outlives it, creating the folder on first use. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDir, report, signal, isDisposable = false } = options;
  const { initdb, postgres } = findPostgresBinaries();
  const folder = join(dataDir, "postgres");
  const recordFile = join(dataDir, "postgres.json");
  if (await stopOrphan(recordFile, STOP_SIGNAL)) {
    report("Stopped the PostgreSQL server that an earlier, killed start had left running.");
  }
  const account = choosePostgresAccount(folder, [postgres, dirname(folder)]);
  const password = await prepareDataFolder({ folder, initdb, account, isDisposable, signal });
  for (let attempt = 1; ; attempt += 1) {
    await clearStalePidFile(folder);
    const port = await choosePort({
      purpose: "PostgreSQL",
      requested: options.port,
      preferred: PREFERRED_PORT,
      setting: "HEDDLE_POSTGRES_PORT",
      report,
    });
    const child = await launch({
      postgres,
      folder,
      port,
      account,
      recordFile,
      dataDir,
      isDisposable,
    });
    const url = `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
    try {
      const isReady = await waitUntil(() => askReady(child, url), {
        timeoutMs: READY_TIMEOUT_MS,
        signal,
      });
      if (isReady === "ready") return { url, child };
      if (attempt < ATTEMPTS && isPassing(child, options.port)) {
        await delay(attempt * 200, undefined, signal === undefined ? {} : { signal });
        continue;
      }
      throw new HeddleError(
        "POSTGRES_NOT_STARTED",
        `PostgreSQL did not start on ${folder} (${isReady ?? `not ready after ${READY_TIMEOUT_MS / 1000} s`}). Its last words:\n${child.logTail()}`,
        { hint: dataFolderHint(folder) },
      );
    } catch (error) {
      await child.stop();
      throw error;
    }
  }
}

interface Launch {
  readonly postgres: string;
  readonly folder: string;
  readonly port: number;
  readonly account: PostgresAccount;
  readonly recordFile: string;
  readonly dataDir: string;
  readonly isDisposable: boolean;
}

function launch(options: Launch): Promise<Child> {
  const { postgres, folder, port, account, recordFile, dataDir, isDisposable } = options;
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "", // their paths are limited to 107 bytes, less than many checkouts need
    shared_buffers: "64MB",
    max_connections: isDisposable ? "300" : "100",
    logging_collector: "off",
    log_min_messages: "warning",
    ...(isDisposable ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
  };
  return startChild({
    name: "PostgreSQL",
    command: [
      ...firstOf(account.prefix, postgres),
      "-D",
      folder,
      "-p",
      String(port),
      ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
    ],
    ...(account.uid === undefined ? {} : { uid: account.uid }),
    ...(account.gid === undefined ? {} : { gid: account.gid }),
    logFile: join(dataDir, "logs", "postgres.log"),
    recordFile,
    stopSignal: STOP_SIGNAL,
  });
}

function firstOf(prefix: readonly string[], program: string): [string, ...string[]] {
  const [first, ...rest] = prefix;
  return first === undefined ? [program] : [first, ...rest, program];
}

/** "ready", or how the server ended; undefined while it is still on its way. */
async function askReady(child: Child, url: string): Promise<string | undefined> {
  if (child.hasExited()) return child.exited;
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, "/postgres") });
  // An idle connection that breaks is reported as an event, which would end the process if nobody listened.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
    return "ready";
  } catch {
    return undefined; // refused or still starting up: asked again until the time is over
  } finally {
    await client.end().catch(() => undefined); // it may never have been connected
  }
}

/** Reasons that are gone a moment later: a port lost in a race, the last children of a killed server. */
function isPassing(child: Child, requestedPort: number | undefined): boolean {
  const log = child.logTail();
  if (log.includes("shared memory block")) return true;
  return requestedPort === undefined && log.includes("Address already in use");
}
